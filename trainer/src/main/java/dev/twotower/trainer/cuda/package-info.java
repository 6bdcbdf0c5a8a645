/**
 * What a GPU is asked to do without the engine in between: kernels of the project's own, and matrix
 * products at a chosen precision. The engine's CUDA build brings all that this needs: the driver,
 * NVRTC, which compiles a kernel from its source when a process first uses it, and cuBLAS. They are
 * called through JNA as the process has them loaded; nothing is loaded that is not there already.
 *
 * <p>Work goes to the default stream, where the engine's goes, so each sees what the other wrote
 * before it. Arrays stay the engine's: {@link dev.twotower.trainer.cuda.CudaDevice#address} says
 * where one lies.
 *
 * <p>Where something is missing, {@link dev.twotower.trainer.cuda.CudaDevice#find} says what, and
 * the engine's own operations do the same work, slower.
 */
package dev.twotower.trainer.cuda;
