// Batch normalisation over axis 1 of [N, C, inner], m = N * inner pixels a channel. Statistics in two stages: group (c, s) takes slice s of
// the pixels of channel c; sums leave a group as two floats each.

#define PUT(k, v) { \
    float high_ = (float) (v); \
    partials[4 * get_group_id(0) + 2 * k] = high_; \
    partials[4 * get_group_id(0) + 2 * k + 1] = (float) ((v) - high_); \
  }
#define GET(k, c, s) ((acc) partials[4 * (c * slices + s) + 2 * k] + (acc) partials[4 * (c * slices + s) + 2 * k + 1])

// Sums of the distance to the channel's first value and of its square: nothing cancels that matters.
__kernel void bn_partials(__global const float* x, __global float* partials, int channels, int inner, int m, int slices) {
  __local acc s[GROUP];
  int c = get_group_id(0) / slices;
  int length = (m + slices - 1) / slices;
  int from = get_group_id(0) % slices * length;
  int end = min(m, from + length);
  float probe = x[c * inner];
  acc sum = 0;
  acc squares = 0;
  for (int i = from + get_local_id(0); i < end; i += GROUP) {
    acc d = x[(i / inner * channels + c) * inner + i % inner] - probe;
    sum += d;
    squares += d * d;
  }
  sum = group_sum(sum, s);
  squares = group_sum(squares, s);
  if (get_local_id(0) == 0) {
    PUT(0, sum)
    PUT(1, squares)
  }
}

__kernel void bn_statistics(__global const float* x, __global const float* partials, __global float* mean, __global float* variance,
                            int channels, int inner, int m, int slices) {
  int c = get_global_id(0);
  if (c < channels) {
    acc sum = 0;
    acc squares = 0;
    for (int s = 0; s < slices; s++) {
      sum += GET(0, c, s);
      squares += GET(1, c, s);
    }
    acc d = sum / m;
    mean[c] = (float) (x[c * inner] + d);
    variance[c] = (float) fmax(squares / m - d * d, (acc) 0);
  }
}

__kernel void bn_apply(__global const float* x, __global const float* gamma, __global const float* beta, __global const float* residual,
                       __global const float* mean, __global const float* variance, __global float* y, float eps, int relu, int channels,
                       int inner, int n) {
  int i = get_global_id(0);
  if (i < n) {
    int c = i / inner % channels;
    float scale = (gamma != 0 ? gamma[c] : 1.0f) / sqrt(variance[c] + eps);
    float v = fma(x[i] - mean[c], scale, beta != 0 ? beta[c] : 0.0f);
    v += residual != 0 ? residual[i] : 0.0f;
    y[i] = !relu || v > 0 ? v : (isnan(v) ? v : 0.0f);
  }
}

// The gradient behind the ReLU: its mask is the sign of y, or of what y was, computed again.
INLINE float masked(float g, int relu, __global const float* y, int i, float xhat, float gamma, float beta) {
  return relu && !((y != 0 ? y[i] : fma(xhat, gamma, beta)) > 0) ? 0.0f : g;
}

__kernel void bn_backward_partials(__global const float* x, __global const float* gamma, __global const float* beta, __global const float* mean,
                                   __global const float* variance, __global const float* y, __global const float* gy,
                                   __global float* partials, float eps, int relu, int channels, int inner, int m, int slices) {
  __local acc s[GROUP];
  int c = get_group_id(0) / slices;
  int length = (m + slices - 1) / slices;
  int from = get_group_id(0) % slices * length;
  int end = min(m, from + length);
  float inverse = 1.0f / sqrt(variance[c] + eps);
  float center = mean[c];
  float ga = gamma != 0 ? gamma[c] : 1.0f;
  float be = beta != 0 ? beta[c] : 0.0f;
  acc sum = 0;
  acc products = 0;
  for (int i = from + get_local_id(0); i < end; i += GROUP) {
    int at = (i / inner * channels + c) * inner + i % inner;
    float d = x[at] - center;
    float g = masked(gy[at], relu, y, at, d, ga * inverse, be);
    sum += g;
    products += (acc) g * d;
  }
  sum = group_sum(sum, s);
  products = group_sum(products, s);
  if (get_local_id(0) == 0) {
    PUT(0, sum)
    PUT(1, products)
  }
}

// sums[c] = sum g, sums[channels + c] = sum g xhat
__kernel void bn_backward_sums(__global const float* partials, __global const float* variance, __global float* sums, __global float* gGamma,
                               __global float* gBeta, float eps, int channels, int slices) {
  int c = get_global_id(0);
  if (c < channels) {
    acc sum = 0;
    acc products = 0;
    for (int s = 0; s < slices; s++) {
      sum += GET(0, c, s);
      products += GET(1, c, s);
    }
    products = products / sqrt((acc) variance[c] + (acc) eps);
    sums[c] = (float) sum;
    sums[channels + c] = (float) products;
    if (gBeta != 0) {
      gBeta[c] = (float) sum;
    }
    if (gGamma != 0) {
      gGamma[c] = (float) products;
    }
  }
}

__kernel void bn_backward(__global const float* x, __global const float* gamma, __global const float* beta, __global const float* mean,
                          __global const float* variance, __global const float* y, __global const float* gy, __global const float* sums,
                          __global float* gx, __global float* gResidual, float eps, int relu, int train, int channels, int inner, int m,
                          int n) {
  int i = get_global_id(0);
  if (i < n) {
    int c = i / inner % channels;
    float inverse = 1.0f / sqrt(variance[c] + eps);
    float ga = gamma != 0 ? gamma[c] : 1.0f;
    float d = x[i] - mean[c];
    float g = masked(gy[i], relu, y, i, d, ga * inverse, beta != 0 ? beta[c] : 0.0f);
    if (gResidual != 0) {
      gResidual[i] = g;
    }
    if (gx != 0) {
      float r = train ? g - (sums[c] + d * inverse * sums[channels + c]) / m : g;
      gx[i] = ga * inverse * r;
    }
  }
}
