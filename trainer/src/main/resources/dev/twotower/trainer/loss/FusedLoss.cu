// One tile of the masked loss: what lies between the product that makes its logits and the products
// that make its gradients. Theory, and the names, are in the package description of the Java class.
// A block works on one query. Sums are taken in a fixed order, so results repeat bit for bit.

// Eight bytes a field, so that the host needs to know nothing of padding.
struct Tile {
  float *logits;              // rows x columns: x . y / tau; becomes the gradient weights
  const float *bias;          // columns: log weight - log q, less a bound of the logits
  const int *positiveStart;   // queries + 1
  const int *positiveColumn;  // positives
  const float *ownShift;      // positives, as are the next six
  const float *othersFactor;
  const float *ownFactor;
  const float *weight;
  const float *share;         // 0: the positive is in its denominator
  const float *draws;
  const float *ownGradient;   // 0: there is none
  const int *queryListStart;  // rows + 1: lists of this tile's queries
  const int *queryList;
  const int *listStart;       // lists + 1
  const int *listColumn;
  const float *listFactor;
  double *work;               // positives x 5
  double *perQuery;           // queries x 2: the loss, and the sum of gradient x logit
  float *surprises;           // positives; 0: gradients are wanted
  long long firstQuery;
  long long columns;
  long long bounded;          // whether no exponential can underflow
  double tiny;                // keeps sums of no terms away from 0
};

__device__ inline float exponential(float x) { return expf(x); }
__device__ inline double exponential(double x) { return exp(x); }

// Positives of a query that are summed together.
constexpr int CHUNK = 64;

// Sums of the chunks of some values, by all threads of the block.
template <typename R> __device__ void sumChunks(const double *values, long long count, double *sums) {
  for (long long chunk = threadIdx.x; chunk * CHUNK < count; chunk += blockDim.x) {
    R sum = 0;
    for (long long i = chunk * CHUNK; i < count && i < (chunk + 1) * CHUNK; i++) {
      sum += (R)values[i];
    }
    sums[chunk] = sum;
  }
  __syncthreads();
}

// The sum of all values but one; never a difference of sums, which could leave nothing but rounding.
template <typename R>
__device__ R others(const double *values, const double *sums, long long count, long long without) {
  R sum = 0;
  const long long own = without / CHUNK;
  for (long long chunk = 0; chunk * CHUNK < count; chunk++) {
    sum += chunk == own ? (R)0 : (R)sums[chunk];
  }
  for (long long i = own * CHUNK; i < count && i < (own + 1) * CHUNK; i++) {
    sum += i == without ? (R)0 : (R)values[i];
  }
  return sum;
}

// R is the precision of exponentials and their sums.
template <typename R> __device__ void tile(const Tile &t) {
  const long long query = t.firstQuery + blockIdx.x;
  float *row = t.logits + blockIdx.x * t.columns;
  const int columns = (int)t.columns;
  const int first = t.positiveStart[query];
  const int end = t.positiveStart[query + 1];
  const long long positives = t.positiveStart[query + 1] - first;
  double *base = t.work + 5ll * first;
  double *raw = base;
  double *own = base + positives;
  double *negative = base + 2 * positives;
  double *ownLogit = base + 3 * positives;
  double *sums = base + 4 * positives;

  for (int p = first + threadIdx.x; p < end; p += blockDim.x) {
    raw[p - first] = row[t.positiveColumn[p]];
  }
  __syncthreads();
  for (int l = t.queryListStart[blockIdx.x]; l < t.queryListStart[blockIdx.x + 1]; l++) {
    const int list = t.queryList[l];
    for (int i = t.listStart[list] + threadIdx.x; i < t.listStart[list + 1]; i += blockDim.x) {
      const float factor = t.listFactor[i];
      const int column = t.listColumn[i];
      row[column] = factor == 0 ? -INFINITY : row[column] + logf(factor);
    }
  }
  __syncthreads();
  // Positives are summed on their own, since each is something else to the others than to itself.
  for (int p = first + threadIdx.x; p < end; p += blockDim.x) {
    row[t.positiveColumn[p]] = -INFINITY;
  }
  __syncthreads();

  R most = 0;
  if (!t.bounded) {
    most = -INFINITY;
    for (int c = threadIdx.x; c < columns; c += blockDim.x) {
      most = Largest::of(most, (R)row[c] + (R)t.bias[c]);
    }
    for (int p = first + threadIdx.x; p < end; p += blockDim.x) {
      most = Largest::of(most, (R)raw[p - first] + (R)t.bias[t.positiveColumn[p]]);
    }
    most = reduce<Largest>(most, (R)-INFINITY);
  }
  R open = 0;
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    open += exponential((R)row[c] + (R)t.bias[c] - most);
  }
  open = reduce<Sum>(open, (R)0);

  for (int p = first + threadIdx.x; p < end; p += blockDim.x) {
    const int at = p - first;
    const R column = (R)raw[at] + (R)t.bias[t.positiveColumn[p]] - most;
    const R e = exponential(column);
    negative[at] = e * (R)t.othersFactor[p];
    own[at] = e * (R)t.ownFactor[p];
    ownLogit[at] = column + (R)t.ownShift[p];
  }
  __syncthreads();

  sumChunks<R>(negative, positives, sums);

  double loss = 0;
  R factor = 0;
  for (int p = first + threadIdx.x; p < end; p += blockDim.x) {
    const int at = p - first;
    const R rest = open + others<R>(negative, sums, positives, at);
    const R single = exponential((R)ownLogit[at]);
    R negatives = rest + (R)own[at];
    if (t.surprises) {
      if (t.share) {
        negatives *= (R)t.share[p] / (R)t.draws[p];
      }
      t.surprises[p] = (float)(log((double)(negatives + single + (R)t.tiny)) - ownLogit[at]);
      continue;
    }
    R inverse;
    R gradient;
    if (t.share) {
      const R denominator = negatives * (R)t.share[p] + (R)t.tiny;
      const R mean = denominator / (R)t.draws[p];
      const R learnable = mean / (single + mean) * (R)t.weight[p];
      loss += (log((double)denominator) - ownLogit[at]) * learnable;
      inverse = learnable * (R)t.share[p] / denominator;
      gradient = (R)own[at] * inverse - learnable;
    } else {
      const R denominator = negatives + single + (R)t.tiny;
      loss += (log((double)denominator) - ownLogit[at]) * t.weight[p];
      inverse = (R)t.weight[p] / denominator;
      gradient = -rest * inverse;
    }
    factor += inverse;
    own[at] = gradient;
    ownLogit[at] = inverse;
  }
  if (t.surprises) {
    return;
  }
  loss = reduce<Sum>(loss, 0.0);
  factor = reduce<Sum>(factor, (R)0);

  float sum = 0;
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    const float s = row[c];
    const float g = (float)(exponential((R)s + (R)t.bias[c] - most) * factor);
    row[c] = g;
    sum += g == 0 ? 0 : g * s;
  }
  double total = sum;
  sumChunks<R>(ownLogit, positives, sums);
  for (int l = t.queryListStart[blockIdx.x]; l < t.queryListStart[blockIdx.x + 1]; l++) {
    const int list = t.queryList[l];
    for (int i = t.listStart[list] + threadIdx.x; i < t.listStart[list + 1]; i += blockDim.x) {
      const float left = t.listFactor[i];
      if (left != 0) {
        total -= (double)row[t.listColumn[i]] * logf(left);
      }
    }
  }
  __syncthreads();
  for (int p = first + threadIdx.x; p < end; p += blockDim.x) {
    const int at = p - first;
    R g = others<R>(ownLogit, sums, positives, at) * (R)negative[at] + (R)own[at];
    if (t.ownGradient) {
      g += (R)t.ownGradient[p];
    }
    row[t.positiveColumn[p]] = (float)g;
    total += (double)(float)g * raw[at];
  }
  total = reduce<Sum>(total, 0.0);
  if (threadIdx.x == 0) {
    t.perQuery[2 * query] = loss;
    t.perQuery[2 * query + 1] = total;
  }
}

extern "C" __global__ void tileInFloats(Tile t) { tile<float>(t); }

extern "C" __global__ void tileInDoubles(Tile t) { tile<double>(t); }

struct Totals {
  const double *perQuery;
  long long queries;
  double temperature;
  float *numbers;
};

// The loss, and dL/d(1/tau), of all queries: one block.
extern "C" __global__ void total(Totals t) {
  double loss = 0;
  double gradient = 0;
  for (long long q = threadIdx.x; q < t.queries; q += blockDim.x) {
    loss += t.perQuery[2 * q];
    gradient += t.perQuery[2 * q + 1];
  }
  loss = reduce<Sum>(loss, 0.0);
  gradient = reduce<Sum>(gradient, 0.0);
  if (threadIdx.x == 0) {
    t.numbers[0] = (float)loss;
    t.numbers[1] = (float)(gradient * t.temperature);
  }
}
