// Elementwise functions, broadcasting and movement: an item for each element of the result.

__kernel void fill(__global float* y, float value, int n) {
  int i = get_global_id(0);
  if (i < n) {
    y[i] = value;
  }
}

__kernel void fill_int(__global int* y, int value, int n) {
  int i = get_global_id(0);
  if (i < n) {
    y[i] = value;
  }
}

INLINE float sigmoid(float x) {
  float e = exp(-fabs(x));
  return (x >= 0 ? 1.0f : e) / (1.0f + e);
}

// x Phi(x): the far tail needs more than float
INLINE float gelu(float x) {
  acc v = x;
  return (float) ((acc) 0.5 * v * erfc(v * (acc) -0.70710678118654752440));
}

INLINE float gelu_slope(float x) {
  acc v = x;
  return (float) ((acc) 0.5 * erfc(v * (acc) -0.70710678118654752440)
      + v * exp((acc) -0.5 * v * v) * (acc) 0.39894228040143267794);
}

// f: the order of UnaryCode in OpenClPointwise
INLINE float unary_value(int f, float a, float b, float x) {
  switch (f) {
    case 0: return x > 0 ? x : (isnan(x) ? x : 0.0f);
    case 1: return x > 0 ? x : a * x;
    case 2: return sigmoid(x);
    case 3: return tanh(x);
    case 4: return gelu(x);
    case 5: return x * sigmoid(x);
    case 6: return exp(x);
    case 7: return log(x);
    case 8: return sqrt(x);
    case 9: return x * x;
    case 10: return fabs(x);
    case 11: return fma(a, x, b);
    default: return x < a ? a : (x > b ? b : x);
  }
}

INLINE float unary_slope(int f, float a, float b, float x, float y) {
  switch (f) {
    case 0: return x > 0 ? 1.0f : (isnan(x) ? x : 0.0f);
    case 1: return x > 0 ? 1.0f : a;
    case 2: return y * (1.0f - y);
    case 3: return 1.0f - y * y;
    case 4: return gelu_slope(x);
    case 5: { float s = sigmoid(x); return s * (1.0f + x * (1.0f - s)); }
    case 6: return y;
    case 7: return 1.0f / x;
    case 8: return 0.5f / y;
    case 9: return 2.0f * x;
    case 10: return x > 0 ? 1.0f : (x < 0 ? -1.0f : (isnan(x) ? x : 0.0f));
    case 11: return a;
    default: return x < a || x > b ? 0.0f : 1.0f;
  }
}

__kernel void unary(int f, float a, float b, __global const float* x, __global float* y, int n) {
  int i = get_global_id(0);
  if (i < n) {
    y[i] = unary_value(f, a, b, x[i]);
  }
}

__kernel void unary_backward(int f, float a, float b, __global const float* x, __global const float* y, __global const float* gy,
                             __global float* gx, int n) {
  int i = get_global_id(0);
  if (i < n) {
    gx[i] = gy[i] * unary_slope(f, a, b, x[i], y[i]);
  }
}

INLINE float binary_value(int f, float a, float b) {
  switch (f) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a * b;
    default: return a / b;
  }
}

__kernel void binary_equal(int f, __global const float* a, __global const float* b, __global float* y, int n) {
  int i = get_global_id(0);
  if (i < n) {
    y[i] = binary_value(f, a[i], b[i]);
  }
}

__kernel void binary_strided(int f, __global const float* a, __global const float* b, __global float* y, int n, int8 extents,
                             int8 stridesA, int8 stridesB) {
  int i = get_global_id(0);
  if (i < n) {
    y[i] = binary_value(f, a[place(i, extents, stridesA)], b[place(i, extents, stridesB)]);
  }
}

__kernel void gather_strided(__global const float* x, __global float* y, int n, int8 extents, int8 strides) {
  int i = get_global_id(0);
  if (i < n) {
    y[i] = x[place(i, extents, strides)];
  }
}

// Runs of `run` elements: from xAt + o * xStep to yAt + o * yStep.
__kernel void copy_runs(__global const float* x, int xAt, int xStep, __global float* y, int yAt, int yStep, int run, int n) {
  int i = get_global_id(0);
  if (i < n) {
    int o = i / run;
    int j = i - o * run;
    y[yAt + o * yStep + j] = x[xAt + o * xStep + j];
  }
}

__kernel void axpby(float alpha, __global const float* x, float beta, __global float* y, int n) {
  int i = get_global_id(0);
  if (i < n) {
    float v = alpha * x[i];
    y[i] = beta == 0 ? v : fma(beta, y[i], v);
  }
}

__kernel void prelu(__global const float* x, __global const float* slope, int shared, __global float* y, int channels, int inner,
                    int n) {
  int i = get_global_id(0);
  if (i < n) {
    float v = x[i];
    y[i] = v > 0 ? v : slope[shared ? 0 : i / inner % channels] * v;
  }
}

__kernel void prelu_backward(__global const float* x, __global const float* slope, int shared, __global const float* gy,
                             __global float* gx, int channels, int inner, int n) {
  int i = get_global_id(0);
  if (i < n) {
    float g = gy[i];
    gx[i] = x[i] > 0 ? g : slope[shared ? 0 : i / inner % channels] * g;
  }
}

// CounterRandom.bits: SplitMix64's finaliser twice with the key in between; 24 bits are compared with the threshold.
INLINE ulong mix(ulong z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
  return z ^ (z >> 31);
}

__kernel void dropout(__global const float* x, __global float* y, ulong key, ulong threshold, float scale, int n) {
  int i = get_global_id(0);
  if (i < n) {
    ulong bits = mix(mix(key + (ulong) i * 0x9E3779B97F4A7C15UL) ^ key) >> 40;
    y[i] = bits < threshold ? 0.0f : x[i] * scale;
  }
}

__kernel void normalize_bytes(__global const uchar* x, __global const float* mean, __global const float* deviation, __global float* y,
                              int channels, int inner, int n) {
  int i = get_global_id(0);
  if (i < n) {
    int c = i / inner % channels;
    y[i] = (x[i] / 255.0f - mean[c]) / deviation[c];
  }
}
