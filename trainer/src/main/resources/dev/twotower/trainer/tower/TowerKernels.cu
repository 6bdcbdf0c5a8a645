// A tower with a built-in head, forward and backward, between its matrix products; TowerScript.py
// does the same by the engine's operations. Matrices are row-major float32; a field has eight bytes.

struct Gather {
  const float *table;
  const long long *rows;
  float *leaf;  // count x width
  long long count;
  long long width;
};

extern "C" __global__ void gather(Gather t) {
  const long long all = t.count * t.width;
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < all;
       i += gridDim.x * (long long)blockDim.x) {
    t.leaf[i] = t.table[t.rows[i / t.width] * t.width + i % t.width];
  }
}

struct Centre {
  const float *weight;  // outputs x inputs
  const float *bias;    // outputs
  float *intoWeight;
  float *intoBias;
  long long outputs;
  long long inputs;
};

// Takes the mean over the outputs away.
extern "C" __global__ void centre(Centre t) {
  for (long long c = blockIdx.x * (long long)blockDim.x + threadIdx.x; c < t.inputs;
       c += gridDim.x * (long long)blockDim.x) {
    float sum = 0;
    for (long long r = 0; r < t.outputs; r++) {
      sum += t.weight[r * t.inputs + c];
    }
    const float mean = sum / t.outputs;
    for (long long r = 0; r < t.outputs; r++) {
      t.intoWeight[r * t.inputs + c] = t.weight[r * t.inputs + c] - mean;
    }
  }
  if (blockIdx.x == 0) {
    float sum = 0;
    for (long long r = threadIdx.x; r < t.outputs; r += blockDim.x) {
      sum += t.bias[r];
    }
    const float mean = reduce<Sum>(sum, 0.f) / t.outputs;
    for (long long r = threadIdx.x; r < t.outputs; r += blockDim.x) {
      t.intoBias[r] = t.bias[r] - mean;
    }
  }
}

struct Standardise {
  float *h;            // rows x width: what the centred weights made; becomes the standardised
  const float *bias;   // width, centred
  float *inverse;      // rows: 1 / deviation
  const float *gamma;
  const float *beta;
  float *out;          // rows x width: what ReLU leaves
  long long width;
};

// LayerNorm of centred outputs, and ReLU; a block for each row.
extern "C" __global__ void standardise(Standardise t) {
  float *h = t.h + blockIdx.x * t.width;
  float *out = t.out + blockIdx.x * t.width;
  float squares = 0;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    const float v = h[c] + t.bias[c];
    squares += v * v;
  }
  const float inverse = 1 / sqrtf(reduce<Sum>(squares, 0.f) / t.width + 1e-5f);
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    const float v = (h[c] + t.bias[c]) * inverse;
    h[c] = v;
    const float scaled = t.beta[c] + v * t.gamma[c];
    out[c] = scaled <= 0 ? 0 : scaled;  // what is not a number stays so
  }
  if (threadIdx.x == 0) {
    t.inverse[blockIdx.x] = inverse;
  }
}

struct Unit {
  const float *from;  // rows x width
  const float *bias;  // width; 0: none
  float *unit;        // rows x width; may be from
  float *length;      // rows
  long long width;
};

// A block for each row.
extern "C" __global__ void unit(Unit t) {
  const float *from = t.from + blockIdx.x * t.width;
  float *unit = t.unit + blockIdx.x * t.width;
  float squares = 0;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    const float v = from[c] + (t.bias ? t.bias[c] : 0);
    squares += v * v;
  }
  const float length = sqrtf(reduce<Sum>(squares, 0.f));
  const float divisor = length > 1e-12f ? length : 1e-12f;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    unit[c] = (from[c] + (t.bias ? t.bias[c] : 0)) / divisor;
  }
  if (threadIdx.x == 0) {
    t.length[blockIdx.x] = divisor;
  }
}

struct UnitBack {
  const float *gradient;  // rows x width, of the unit vectors
  const float *unit;
  const float *length;    // rows
  float *into;            // rows x width
  long long width;
};

// A block for each row.
extern "C" __global__ void unitBack(UnitBack t) {
  const long long start = blockIdx.x * t.width;
  float along = 0;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    along += t.gradient[start + c] * t.unit[start + c];
  }
  along = reduce<Sum>(along, 0.f);
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    t.into[start + c] =
        (t.gradient[start + c] - t.unit[start + c] * along) / t.length[blockIdx.x];
  }
}

struct ColumnSums {
  const float *values;    // rows x width
  const float *passed;    // rows x width, what ReLU left: where it is 0, nothing counts; 0: all counts
  const float *factors;   // rows x width; 0: none
  float *sums;            // width
  float *products;        // width, sums of values x factors; unused without factors
  long long rows;
  long long width;
};

// Columns of 32 lanes for each block, whose warps share the rows.
extern "C" __global__ void columnSums(ColumnSums t) {
  __shared__ float sums[32][32];
  __shared__ float products[32][32];
  const int step = blockDim.x < 32 ? blockDim.x : 32;
  const int warps = blockDim.x < 32 ? 1 : blockDim.x / 32;
  const int warp = threadIdx.x / 32;
  for (int lane = threadIdx.x % 32; lane < 32; lane += step) {
    const long long c = blockIdx.x * 32ll + lane;
    float sum = 0;
    float product = 0;
    for (long long r = warp; c < t.width && r < t.rows; r += warps) {
      const long long at = r * t.width + c;
      const float v = !t.passed || t.passed[at] > 0 ? t.values[at] : 0;
      sum += v;
      product += t.factors ? v * t.factors[at] : 0;
    }
    sums[warp][lane] = sum;
    products[warp][lane] = product;
    __syncthreads();
    if (warp == 0 && c < t.width) {
      for (int other = 1; other < warps; other++) {
        sum += sums[other][lane];
        product += products[other][lane];
      }
      t.sums[c] = sum;
      if (t.factors) {
        t.products[c] = product;
      }
    }
  }
}

struct StandardiseBack {
  float *gradient;      // rows x width: of what ReLU left; becomes that of the centred outputs
  const float *passed;  // rows x width, what ReLU left
  const float *h;       // rows x width, standardised
  const float *inverse; // rows
  const float *gamma;
  long long width;
};

// A block for each row.
extern "C" __global__ void standardiseBack(StandardiseBack t) {
  const long long start = blockIdx.x * t.width;
  float along = 0;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    const float g = t.passed[start + c] > 0 ? t.gradient[start + c] * t.gamma[c] : 0;
    along += g * t.h[start + c];
  }
  along = reduce<Sum>(along, 0.f) / t.width;
  for (long long c = threadIdx.x; c < t.width; c += blockDim.x) {
    const float g = t.passed[start + c] > 0 ? t.gradient[start + c] * t.gamma[c] : 0;
    t.gradient[start + c] = (g - t.h[start + c] * along) * t.inverse[blockIdx.x];
  }
}
