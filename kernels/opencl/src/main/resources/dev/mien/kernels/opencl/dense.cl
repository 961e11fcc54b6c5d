// Products and convolutions. A group of 256 items computes a square of results, EACH x EACH an item, through local memory in steps of 16
// along the sum: one chain of fused multiply-adds for each result. Convolutions are such products whose operands are looked up where they
// lie (implicit GEMM), so nothing is unrolled in memory.
//
// Options: EACH 2, 4 or 8. PRECISION 0: float32. 1: each operand split into two TF32 numbers, three products. 2: operands rounded to TF32.
// 3: operands rounded to BF16. Sums are float32 in all of them.

#define STEP 16
#define SIDE 16
#define TILE (SIDE * EACH)

// Round to nearest, ties away from zero, 10 bits of fraction, as cvt.rna.tf32 does.
inline float tf32(float v) {
  uint u = as_uint(v);
  return (u & 0x7f800000u) == 0x7f800000u ? v : as_float((u + 0x1000u) & 0xffffe000u);
}

// Round to nearest, ties to even, 7 bits of fraction.
inline float bf16(float v) {
  uint u = as_uint(v);
  return (u & 0x7f800000u) == 0x7f800000u ? v : as_float((u + 0x7fffu + ((u >> 16) & 1u)) & 0xffff0000u);
}

#if PRECISION == 2
#define STAGED(v) tf32(v)
#elif PRECISION == 3
#define STAGED(v) bf16(v)
#else
#define STAGED(v) (v)
#endif

#if PRECISION == 1
#define ADD_PRODUCT(x, y, sum) { \
    float xh = tf32(x); \
    float yh = tf32(y); \
    sum = fma(tf32(x - xh), yh, sum); \
    sum = fma(xh, tf32(y - yh), sum); \
    sum = fma(xh, yh, sum); \
  }
#else
#define ADD_PRODUCT(x, y, sum) sum = fma(x, y, sum);
#endif

// What is done for each row of an item's results, written out: in a loop with an array PoCL computes a fifth as fast.
#define READ_ROW(u, k) float x##u = a_[k][row + u * SIDE];
#define ADD_ROW(u, v) ADD_PRODUCT(x##u, y, c[u][v])
#if EACH == 2
#define ROWS(F, i) F(0, i) F(1, i)
#elif EACH == 4
#define ROWS(F, i) F(0, i) F(1, i) F(2, i) F(3, i)
#else
#define ROWS(F, i) F(0, i) F(1, i) F(2, i) F(3, i) F(4, i) F(5, i) F(6, i) F(7, i)
#endif

// Shapes: image [N, C, H, W], result [N, O, P, Q], weight [O, C / groups, I, J].
typedef struct {
  int n, c, h, w, o, p, q, i, j;
  int strideH, strideW, padH, padW, dilationH, dilationW, groups;
} Geometry;

inline Geometry geometry(int8 a, int8 b) {
  Geometry g = {b.s7, a.s0, a.s1, a.s2, a.s3, a.s4, a.s5, a.s6, a.s7, b.s0, b.s1, b.s2, b.s3, b.s4, b.s5, b.s6};
  return g;
}

// Declares the tile, adds up k in [kFrom, kTo), leaves the sums in c. LOAD_A(m, k) and LOAD_B(k, n) are 0 outside.
#define MULTIPLY(kFrom, kTo, LOAD_A, LOAD_B) \
  __local float a_[STEP][TILE + 1]; \
  __local float b_[STEP][TILE + 1]; \
  int l = get_local_id(0); \
  int row = l / SIDE; \
  int column = l % SIDE; \
  int m0 = get_group_id(1) * TILE; \
  int n0 = get_group_id(0) * TILE; \
  float c[EACH][EACH]; \
  for (int u = 0; u < EACH; u++) { \
    for (int v = 0; v < EACH; v++) { \
      c[u][v] = 0; \
    } \
  } \
  for (int k0 = kFrom; k0 < kTo; k0 += STEP) { \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = l; t < STEP * TILE; t += GROUP) { \
      LOAD_A(t, k0) \
      LOAD_B(t, k0) \
    } \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int k = 0; k < STEP; k++) { \
      ROWS(READ_ROW, k) \
      for (int v = 0; v < EACH; v++) { \
        float y = b_[k][column + v * SIDE]; \
        ROWS(ADD_ROW, v) \
      } \
    } \
  }

// The results of an item: STORE(m, n, value) for those inside.
#define RESULTS(M, N, STORE) \
  for (int u = 0; u < EACH; u++) { \
    for (int v = 0; v < EACH; v++) { \
      int m = m0 + row + u * SIDE; \
      int n = n0 + column + v * SIDE; \
      if (m < M && n < N) { \
        STORE(m, n, c[u][v]) \
      } \
    } \
  }

__kernel void gemm(__global const float* a, __global const float* b, __global float* y, int M, int N, int K, int transposeA, int transposeB,
                   int8 places, int strideC, float alpha, float beta) {
  // places: offset, leading, stride of a; of b; offset, leading of y
  int batch = get_group_id(2);
  a += places.s0 + batch * places.s2;
  b += places.s3 + batch * places.s5;
  y += places.s6 + batch * strideC;
#define A(t, k0) { \
    int k = transposeA ? t / TILE : t % STEP; \
    int m = transposeA ? t % TILE : t / STEP; \
    a_[k][m] = STAGED(m0 + m < M && k0 + k < K ? (transposeA ? a[(k0 + k) * places.s1 + m0 + m] : a[(m0 + m) * places.s1 + k0 + k]) : 0.0f); \
  }
#define B(t, k0) { \
    int k = transposeB ? t % STEP : t / TILE; \
    int n = transposeB ? t / STEP : t % TILE; \
    b_[k][n] = STAGED(n0 + n < N && k0 + k < K ? (transposeB ? b[(n0 + n) * places.s4 + k0 + k] : b[(k0 + k) * places.s4 + n0 + n]) : 0.0f); \
  }
#define Y(m, n, v) { \
    __global float* r = y + m * places.s7 + n; \
    *r = beta == 0 ? alpha * v : fma(alpha, v, beta * *r); \
  }
  MULTIPLY(0, K, A, B)
  RESULTS(M, N, Y)
#undef A
#undef B
#undef Y
}

__kernel void conv_forward(__global const float* x, __global const float* w, __global const float* bias, __global const float* residual,
                           __global const float* slope, __global float* y, int8 ga, int8 gb, int activation, int sharedSlope) {
  Geometry g = geometry(ga, gb);
  int group = get_group_id(2);
  int cg = g.c / g.groups;
  int og = g.o / g.groups;
  int taps = g.i * g.j;
  int plane = g.p * g.q;
  int K = cg * taps;
  int N = g.n * plane;
  // the pixel that this item loads is the same in every step
  int pixel = get_group_id(0) * TILE + get_local_id(0) % TILE;
  int image = pixel / plane;
  int top = (pixel - image * plane) / g.q * g.strideH - g.padH;
  int left = (pixel - image * plane) % g.q * g.strideW - g.padW;
  __global const float* xs = x + (image * g.c + group * cg) * g.h * g.w;
  __global const float* ws = w + group * og * K;
#define A(t, k0) { \
    int k = t % STEP; \
    int m = t / STEP; \
    a_[k][m] = STAGED(m0 + m < og && k0 + k < K ? ws[(m0 + m) * K + k0 + k] : 0.0f); \
  }
#define B(t, k0) { \
    int k = t / TILE; \
    int ch = (k0 + k) / taps; \
    int tap = (k0 + k) - ch * taps; \
    int h = top + tap / g.j * g.dilationH; \
    int v = left + tap % g.j * g.dilationW; \
    b_[k][t % TILE] = STAGED(pixel < N && k0 + k < K && h >= 0 && h < g.h && v >= 0 && v < g.w ? xs[(ch * g.h + h) * g.w + v] : 0.0f); \
  }
#define Y(m, n, v) { \
    int o = group * og + m; \
    int im = n / plane; \
    int at = (im * g.o + o) * plane + n - im * plane; \
    float r = v + (bias != 0 ? bias[o] : 0.0f); \
    r += residual != 0 ? residual[at] : 0.0f; \
    if (activation == 1) { \
      r = r > 0 ? r : (isnan(r) ? r : 0.0f); \
    } else if (activation == 2) { \
      r = r > 0 ? r : slope[sharedSlope ? 0 : o] * r; \
    } \
    y[at] = r; \
  }
  MULTIPLY(0, K, A, B)
  RESULTS(og, N, Y)
#undef A
#undef B
#undef Y
}

__kernel void conv_grad_input(__global const float* gy, __global const float* w, __global float* gx, int8 ga, int8 gb) {
  Geometry g = geometry(ga, gb);
  int group = get_group_id(2);
  int cg = g.c / g.groups;
  int og = g.o / g.groups;
  int taps = g.i * g.j;
  int plane = g.h * g.w;
  int K = og * taps;
  int N = g.n * plane;
  int pixel = get_group_id(0) * TILE + get_local_id(0) % TILE;
  int image = pixel / plane;
  int bottom = (pixel - image * plane) / g.w + g.padH;
  int right = (pixel - image * plane) % g.w + g.padW;
  __global const float* gs = gy + (image * g.o + group * og) * g.p * g.q;
#define A(t, k0) { \
    int k = t / TILE; \
    int m = t % TILE; \
    int o = (k0 + k) / taps; \
    a_[k][m] = STAGED(m0 + m < cg && k0 + k < K ? w[((group * og + o) * cg + m0 + m) * taps + (k0 + k) - o * taps] : 0.0f); \
  }
#define B(t, k0) { \
    int k = t / TILE; \
    int o = (k0 + k) / taps; \
    int tap = (k0 + k) - o * taps; \
    int h = bottom - tap / g.j * g.dilationH; \
    int v = right - tap % g.j * g.dilationW; \
    int p = h / g.strideH; \
    int q = v / g.strideW; \
    int hit = pixel < N && k0 + k < K && h >= 0 && v >= 0 && p * g.strideH == h && q * g.strideW == v && p < g.p && q < g.q; \
    b_[k][t % TILE] = STAGED(hit ? gs[(o * g.p + p) * g.q + q] : 0.0f); \
  }
#define Y(m, n, v) { \
    int im = n / plane; \
    gx[(im * g.c + group * cg + m) * plane + n - im * plane] = v; \
  }
  MULTIPLY(0, K, A, B)
  RESULTS(cg, N, Y)
#undef A
#undef B
#undef Y
}

// The pixels are cut into `slices` of `length`; each gives a weight of its own: to[slice][O][C / groups][I][J].
__kernel void conv_grad_weight(__global const float* x, __global const float* gy, __global float* to, int8 ga, int8 gb, int slices,
                               int length) {
  Geometry g = geometry(ga, gb);
  int group = get_group_id(2) / slices;
  int slice = get_group_id(2) % slices;
  int cg = g.c / g.groups;
  int og = g.o / g.groups;
  int taps = g.i * g.j;
  int plane = g.p * g.q;
  int N = cg * taps;
  int K = g.n * plane;
  int begin = slice * length;
  int end = min(K, begin + length);
#define A(t, k0) { \
    int k = t % STEP; \
    int m = t / STEP; \
    int pixel = k0 + k; \
    int im = pixel / plane; \
    a_[k][m] = STAGED(m0 + m < og && pixel < end ? gy[(im * g.o + group * og + m0 + m) * plane + pixel - im * plane] : 0.0f); \
  }
#define B(t, k0) { \
    int k = t % STEP; \
    int n = n0 + t / STEP; \
    int pixel = k0 + k; \
    int im = pixel / plane; \
    int at = pixel - im * plane; \
    int ch = n / taps; \
    int tap = n - ch * taps; \
    int h = at / g.q * g.strideH - g.padH + tap / g.j * g.dilationH; \
    int v = at % g.q * g.strideW - g.padW + tap % g.j * g.dilationW; \
    int hit = n < N && pixel < end && h >= 0 && h < g.h && v >= 0 && v < g.w; \
    b_[k][t / STEP] = STAGED(hit ? x[((im * g.c + group * cg + ch) * g.h + h) * g.w + v] : 0.0f); \
  }
#define Y(m, n, v) to[((slice * g.groups + group) * og + m) * N + n] = v;
  MULTIPLY(begin, end, A, B)
  RESULTS(og, N, Y)
#undef A
#undef B
#undef Y
}

// y[i] = sum over the slices of x[slice][i], in order
__kernel void add_slices(__global const float* x, __global float* y, int n, int slices) {
  int i = get_global_id(0);
  if (i < n) {
    acc sum = 0;
    for (int s = 0; s < slices; s++) {
      sum += x[s * n + i];
    }
    y[i] = (float) sum;
  }
}

// Groups of few channels (depthwise): an item for each result.

__kernel void small_forward(__global const float* x, __global const float* w, __global const float* bias, __global const float* residual,
                            __global const float* slope, __global float* y, int8 ga, int8 gb, int activation, int sharedSlope) {
  Geometry g = geometry(ga, gb);
  int at = get_global_id(0);
  if (at < g.n * g.o * g.p * g.q) {
    int q = at % g.q;
    int p = at / g.q % g.p;
    int o = at / (g.q * g.p) % g.o;
    int im = at / (g.q * g.p * g.o);
    int cg = g.c / g.groups;
    int first = o / (g.o / g.groups) * cg;
    float sum = 0;
    for (int ch = 0; ch < cg; ch++) {
      for (int i = 0; i < g.i; i++) {
        for (int j = 0; j < g.j; j++) {
          int h = p * g.strideH - g.padH + i * g.dilationH;
          int v = q * g.strideW - g.padW + j * g.dilationW;
          if (h >= 0 && h < g.h && v >= 0 && v < g.w) {
            sum = fma(w[((o * cg + ch) * g.i + i) * g.j + j], x[((im * g.c + first + ch) * g.h + h) * g.w + v], sum);
          }
        }
      }
    }
    sum += bias != 0 ? bias[o] : 0.0f;
    sum += residual != 0 ? residual[at] : 0.0f;
    if (activation == 1) {
      sum = sum > 0 ? sum : (isnan(sum) ? sum : 0.0f);
    } else if (activation == 2) {
      sum = sum > 0 ? sum : slope[sharedSlope ? 0 : o] * sum;
    }
    y[at] = sum;
  }
}

__kernel void small_grad_input(__global const float* gy, __global const float* w, __global float* gx, int8 ga, int8 gb) {
  Geometry g = geometry(ga, gb);
  int at = get_global_id(0);
  if (at < g.n * g.c * g.h * g.w) {
    int v = at % g.w + g.padW;
    int h = at / g.w % g.h + g.padH;
    int c = at / (g.w * g.h) % g.c;
    int im = at / (g.w * g.h * g.c);
    int cg = g.c / g.groups;
    int og = g.o / g.groups;
    int first = c / cg * og;
    float sum = 0;
    for (int o = first; o < first + og; o++) {
      for (int i = 0; i < g.i; i++) {
        for (int j = 0; j < g.j; j++) {
          int hp = h - i * g.dilationH;
          int vq = v - j * g.dilationW;
          int p = hp / g.strideH;
          int q = vq / g.strideW;
          if (hp >= 0 && vq >= 0 && p * g.strideH == hp && q * g.strideW == vq && p < g.p && q < g.q) {
            sum = fma(w[((o * cg + c % cg) * g.i + i) * g.j + j], gy[((im * g.o + o) * g.p + p) * g.q + q], sum);
          }
        }
      }
    }
    gx[at] = sum;
  }
}

// A group for each weight.
__kernel void small_grad_weight(__global const float* x, __global const float* gy, __global float* gw, int8 ga, int8 gb) {
  __local acc s[GROUP];
  Geometry g = geometry(ga, gb);
  int at = get_group_id(0);
  int cg = g.c / g.groups;
  int j = at % g.j;
  int i = at / g.j % g.i;
  int ch = at / (g.j * g.i) % cg;
  int o = at / (g.j * g.i * cg);
  int c = o / (g.o / g.groups) * cg + ch;
  int plane = g.p * g.q;
  acc sum = 0;
  for (int k = get_local_id(0); k < g.n * plane; k += GROUP) {
    int im = k / plane;
    int pixel = k - im * plane;
    int h = pixel / g.q * g.strideH - g.padH + i * g.dilationH;
    int v = pixel % g.q * g.strideW - g.padW + j * g.dilationW;
    if (h >= 0 && h < g.h && v >= 0 && v < g.w) {
      sum += (acc) x[((im * g.c + c) * g.h + h) * g.w + v] * gy[(im * g.o + o) * plane + pixel];
    }
  }
  sum = group_sum(sum, s);
  if (get_local_id(0) == 0) {
    gw[at] = (float) sum;
  }
}
