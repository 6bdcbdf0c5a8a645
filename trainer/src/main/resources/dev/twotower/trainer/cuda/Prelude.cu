// What stands before every file of kernels. Loops stride over the grid or the block, so that kernels
// are right for any number of threads.

#ifndef INFINITY
#define INFINITY __int_as_float(0x7f800000)
#endif

struct Sum {
  template <typename R> __device__ static R of(R a, R b) { return a + b; }
};
struct Largest {
  template <typename R> __device__ static R of(R a, R b) { return a > b ? a : b; }
};

// Over all threads of the block, to all of them, in a fixed order; blocks of whole warps.
template <typename Operation, typename R> __device__ R reduce(R value, R neutral) {
#ifdef __CUDA_ARCH__
  __shared__ R warps[32];
  for (int step = 16; step > 0; step /= 2) {
    value = Operation::of(value, __shfl_xor_sync(0xffffffffu, value, step));
  }
  if (threadIdx.x % 32 == 0) {
    warps[threadIdx.x / 32] = value;
  }
  __syncthreads();
  value = threadIdx.x % 32 < blockDim.x / 32 ? warps[threadIdx.x % 32] : neutral;
  for (int step = 16; step > 0; step /= 2) {
    value = Operation::of(value, __shfl_xor_sync(0xffffffffu, value, step));
  }
  __syncthreads();
#endif
  return value;
}

