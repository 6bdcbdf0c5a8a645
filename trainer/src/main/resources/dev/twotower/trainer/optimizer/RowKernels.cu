// Updates of the rows that a batch touched, of the dense parameters, and the norm of their
// gradients; RowScript.py does the same by the engine's operations. A field has eight bytes.

struct Adagrad {
  float *weights;         // table x width
  float *accumulator;     // table
  const long long *rows;  // distinct
  const float *values;    // rows x width, as gathered
  const float *gradient;  // rows x width
  const float *counts;    // rows; 0: each makes one step
  long long width;
  double rate;
  double decay;
  double alignment;
};

// A block for each row.
extern "C" __global__ void adagrad(Adagrad t) {
  const long long row = t.rows[blockIdx.x];
  const float *g = t.gradient + blockIdx.x * t.width;
  const float *values = t.values + blockIdx.x * t.width;
  float squares = 0;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    squares += g[c] * g[c];
  }
  squares = reduce<Sum>(squares, 0.f) / t.width;
  const float count = t.counts ? t.counts[blockIdx.x] : 1;
  if (t.counts) {
    squares /= count * (float)t.alignment + (1 - (float)t.alignment);
  }
  const float summed = t.accumulator[row] + squares;
  const float kept = 1 - (float)(t.rate * t.decay) * count;
  const float divisor = sqrtf(summed) + 1e-10f;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    t.weights[row * t.width + c] = values[c] * kept - g[c] / divisor * (float)t.rate;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    t.accumulator[row] = summed;
  }
}

struct Adam {
  float *weights;         // table x width
  float *mean;
  float *variance;
  float *steps;           // table
  const long long *rows;  // distinct
  const float *values;    // rows x width, as gathered
  const float *gradient;  // rows x width
  const float *counts;    // rows; 0: each makes one step
  long long width;
  double rate;
  double decay;
  double alignment;
  double log1;            // of beta1
  double log2;            // of beta2
};

// A block for each row.
extern "C" __global__ void adam(Adam t) {
  const long long row = t.rows[blockIdx.x];
  const float count = t.counts ? t.counts[blockIdx.x] : 1;
  const float step = t.steps[row] + count;
  const double kept1 = exp(t.log1 * count);
  const double kept2 = exp(t.log2 * count);
  const double spread = count * (count * t.alignment + (1 - t.alignment));
  const float into1 = (float)((1 - kept1) / count);
  const float into2 = (float)((1 - kept2) / spread);
  const float whole1 = (float)(1 - exp(t.log1 * step));
  const float whole2 = (float)(1 - exp(t.log2 * step));
  const float kept = 1 - (float)(t.rate * t.decay) * count;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    const float g = t.gradient[blockIdx.x * t.width + c];
    const long long at = row * t.width + c;
    const float m = t.mean[at] * (float)kept1 + g * into1;
    const float v = t.variance[at] * (float)kept2 + g * g * into2;
    t.mean[at] = m;
    t.variance[at] = v;
    const float move = m / whole1 / (sqrtf(v / whole2) + 1e-8f) * (float)t.rate * count;
    t.weights[at] = t.values[blockIdx.x * t.width + c] * kept - move;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    t.steps[row] = step;
  }
}

struct AdamW {
  float *weights;
  float *mean;
  float *variance;
  const float *gradient;
  long long size;
  double beta1;
  double beta2;
  double whole1;  // 1 - beta1^t
  double whole2;
  double rate;
  double decay;
};

extern "C" __global__ void adamW(AdamW t) {
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < t.size;
       i += gridDim.x * (long long)blockDim.x) {
    const float g = t.gradient[i];
    const float m = t.mean[i] * (float)t.beta1 + g * (float)(1 - t.beta1);
    const float v = t.variance[i] * (float)t.beta2 + g * g * (float)(1 - t.beta2);
    t.mean[i] = m;
    t.variance[i] = v;
    const float move = m / (sqrtf(v / (float)t.whole2) + 1e-8f) * (float)(t.rate / t.whole1);
    t.weights[i] = t.weights[i] * (1 - (float)(t.rate * t.decay)) - move;
  }
}

struct Squares {
  const float *values;
  long long size;
  float *into;  // blocks
};

extern "C" __global__ void squares(Squares t) {
  float sum = 0;
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < t.size;
       i += gridDim.x * (long long)blockDim.x) {
    sum += t.values[i] * t.values[i];
  }
  sum = reduce<Sum>(sum, 0.f);
  if (threadIdx.x == 0) {
    t.into[blockIdx.x] = sum;
  }
}
