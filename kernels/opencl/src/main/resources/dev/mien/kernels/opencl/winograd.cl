// Winograd's F(4x4, 3x3): a 3x3 convolution of stride 1 as 36 products, one for each position of 6 x 6 tiles that overlap by two
// (Lavin and Gray 2016, points 0, 1, -1, 2, -2 and infinity). Between the maps here the kernel gemm of dense.cl multiplies: M[p] = U[p] V[p] with
// U[p] of [out, in], V[p] of [in, tiles].

#define POINTS 36

// y = B^T x, six values with a stride each
#define MAP_INPUT(x, xs, y, ys) { \
    float x0 = (x)[0], x1 = (x)[xs], x2 = (x)[2 * xs], x3 = (x)[3 * xs], x4 = (x)[4 * xs], x5 = (x)[5 * xs]; \
    (y)[0] = 4.0f * x0 - 5.0f * x2 + x4; \
    (y)[ys] = -4.0f * (x1 + x2) + x3 + x4; \
    (y)[2 * ys] = 4.0f * (x1 - x2) - x3 + x4; \
    (y)[3 * ys] = -2.0f * x1 - x2 + 2.0f * x3 + x4; \
    (y)[4 * ys] = 2.0f * x1 - x2 - 2.0f * x3 + x4; \
    (y)[5 * ys] = 4.0f * x1 - 5.0f * x3 + x5; \
  }

// y = G x, three values to six
#define MAP_WEIGHT(x, xs, y, ys) { \
    float x0 = (x)[0], x1 = (x)[xs], x2 = (x)[2 * xs]; \
    (y)[0] = 0.25f * x0; \
    (y)[ys] = (x0 + x1 + x2) * (-1.0f / 6.0f); \
    (y)[2 * ys] = (x0 - x1 + x2) * (-1.0f / 6.0f); \
    (y)[3 * ys] = (x0 + 2.0f * x1 + 4.0f * x2) * (1.0f / 24.0f); \
    (y)[4 * ys] = (x0 - 2.0f * x1 + 4.0f * x2) * (1.0f / 24.0f); \
    (y)[5 * ys] = x2; \
  }

// y = A^T x, six values to four
#define MAP_OUTPUT(x, xs, y, ys) { \
    float x0 = (x)[0], x1 = (x)[xs], x2 = (x)[2 * xs], x3 = (x)[3 * xs], x4 = (x)[4 * xs], x5 = (x)[5 * xs]; \
    (y)[0] = x0 + (x1 + x2) + (x3 + x4); \
    (y)[ys] = (x1 - x2) + 2.0f * (x3 - x4); \
    (y)[2 * ys] = (x1 + x2) + 4.0f * (x3 + x4); \
    (y)[3 * ys] = (x1 - x2) + 8.0f * (x3 - x4) + x5; \
  }

// An item for each pair of channels: u[p][out][in] from w[O][C][3][3]. Turned: out is C and in is O, and the kernel plane is turned by 180
// degrees, for the data gradient.
__kernel void winograd_weight(__global const float* w, __global float* u, int outs, int ins, int turned) {
  int i = get_global_id(0);
  if (i < outs * ins) {
    int o = i / ins;
    int c = i - o * ins;
    __global const float* g = w + (turned ? c * outs + o : i) * 9;
    float a[9];
    float t[18];
    float r[36];
    for (int k = 0; k < 9; k++) {
      a[k] = g[turned ? 8 - k : k];
    }
    for (int k = 0; k < 3; k++) {
      MAP_WEIGHT(a + k, 3, t + k, 3)
    }
    for (int k = 0; k < 6; k++) {
      MAP_WEIGHT(t + 3 * k, 1, r + 6 * k, 1)
    }
    for (int p = 0; p < POINTS; p++) {
      u[p * outs * ins + i] = r[p];
    }
  }
}

// shape: H, W of the input; P, Q of the result; pad above, pad to the left; tiles down, tiles across.
// An item for each tile and channel: v[p][channel][tile], tiles from `first` on, `tiles` of them.
__kernel void winograd_input(__global const float* x, __global float* v, int8 shape, int channels, int first, int tiles) {
  int i = get_global_id(0);
  if (i < tiles * channels) {
    int c = i / tiles;
    int tile = first + i - c * tiles;
    int image = tile / (shape.s6 * shape.s7);
    int h0 = tile / shape.s7 % shape.s6 * 4 - shape.s4;
    int w0 = tile % shape.s7 * 4 - shape.s5;
    __global const float* plane = x + (image * channels + c) * shape.s0 * shape.s1;
    float a[36];
    float t[36];
    for (int k = 0; k < POINTS; k++) {
      int h = h0 + k / 6;
      int w = w0 + k % 6;
      a[k] = h >= 0 && h < shape.s0 && w >= 0 && w < shape.s1 ? plane[h * shape.s1 + w] : 0.0f;
    }
    for (int k = 0; k < 6; k++) {
      MAP_INPUT(a + k, 6, t + k, 6)
    }
    for (int k = 0; k < 6; k++) {
      MAP_INPUT(t + 6 * k, 1, a + 6 * k, 1)
    }
    for (int p = 0; p < POINTS; p++) {
      v[p * channels * tiles + i] = a[p];
    }
  }
}

// An item for each tile and channel: y = activation(result + bias + residual).
__kernel void winograd_output(__global const float* m, __global const float* bias, __global const float* residual, __global const float* slope,
                              __global float* y, int8 shape, int channels, int first, int tiles, int activation, int sharedSlope) {
  int i = get_global_id(0);
  if (i < tiles * channels) {
    int c = i / tiles;
    int tile = first + i - c * tiles;
    int image = tile / (shape.s6 * shape.s7);
    int p0 = tile / shape.s7 % shape.s6 * 4;
    int q0 = tile % shape.s7 * 4;
    float a[36];
    float t[24];
    float r[16];
    for (int p = 0; p < POINTS; p++) {
      a[p] = m[p * channels * tiles + i];
    }
    for (int k = 0; k < 6; k++) {
      MAP_OUTPUT(a + k, 6, t + k, 6)
    }
    for (int k = 0; k < 4; k++) {
      MAP_OUTPUT(t + 6 * k, 1, r + 4 * k, 1)
    }
    float b = bias != 0 ? bias[c] : 0.0f;
    float s = slope != 0 ? slope[sharedSlope ? 0 : c] : 0.0f;
    for (int k = 0; k < 16; k++) {
      int p = p0 + k / 4;
      int q = q0 + k % 4;
      if (p < shape.s2 && q < shape.s3) {
        int at = ((image * channels + c) * shape.s2 + p) * shape.s3 + q;
        float v = r[k] + b;
        v += residual != 0 ? residual[at] : 0.0f;
        if (activation == 1) {
          v = v > 0 ? v : (isnan(v) ? v : 0.0f);
        } else if (activation == 2) {
          v = v > 0 ? v : s * v;
        }
        y[at] = v;
      }
    }
  }
}
