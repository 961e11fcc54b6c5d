// Products and convolutions. Convolutions are products whose operands are looked up where they lie (implicit GEMM), so nothing is unrolled in
// memory. How a tile of results is computed stands in front of this text: tile.cl in plain C, tensor.cl on NVIDIA's tensor cores. Both
// give the macros PLACE, ROW_LOADED, MULTIPLY and RESULTS and use a kernel's A, B and Y, so lookups, borders and what follows the sum are one text.

// Shapes: image [N, C, H, W], result [N, O, P, Q], weight [O, C / groups, I, J].
typedef struct {
  int n, c, h, w, o, p, q, i, j;
  int strideH, strideW, padH, padW, dilationH, dilationW, groups;
} Geometry;

INLINE Geometry geometry(int8 a, int8 b) {
  Geometry g = {b.s7, a.s0, a.s1, a.s2, a.s3, a.s4, a.s5, a.s6, a.s7, b.s0, b.s1, b.s2, b.s3, b.s4, b.s5, b.s6};
  return g;
}

// Division by one number as a multiplication, since each element looked up costs several: with p = 31 + ceil(log2 d) and m = ceil(2^p / d),
// n m / 2^p exceeds n / d by less than 1 / d for 0 <= n < 2^31, so the quotient is exact.
typedef struct {
  uint magic, shift;
} Divisor;

INLINE Divisor divisor(int d) {
  Divisor r = {0, 0}; // division by 1
  if (d > 1) {
    uint up = 32 - clz((uint) d - 1);
    r.magic = (uint) (((1UL << (31 + up)) + (ulong) d - 1) / (ulong) d);
    r.shift = up - 1;
  }
  return r;
}

INLINE int quotient(int n, Divisor d) {
  return d.magic == 0 ? n : (int) ((ulong) (uint) n * d.magic >> 32 >> d.shift);
}

__kernel void gemm(__global const float* a, __global const float* b, __global float* y, int M, int N, int K, int transposeA, int transposeB,
                   int8 places, int strideC, float alpha, float beta) {
  // places: offset, leading, stride of a; of b; offset, leading of y
  int batch = get_group_id(2);
  a += places.s0 + batch * places.s2;
  b += places.s3 + batch * places.s5;
  y += places.s6 + batch * strideC;
  PLACE
#define A(PUT, k, m, slot) PUT((m < M && k < K), a, (transposeA ? k * places.s1 + m : m * places.s1 + k))
#define B(PUT, k, n, slot) PUT((n < N && k < K), b, (transposeB ? n * places.s4 + k : k * places.s4 + n))
#define Y(m, n, v) { \
    __global float* r = y + m * places.s7 + n; \
    *r = beta == 0 ? alpha * v : fma(alpha, v, beta * *r); \
  }
  MULTIPLY(0, K, !transposeA, transposeB)
  RESULTS(M, N)
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
  Divisor byTaps = divisor(taps);
  Divisor byJ = divisor(g.j);
  Divisor byPlane = divisor(plane);
  __global const float* ws = w + group * og * K;
  PLACE
  // the pixels that this item loads are the same in every step
  int start[ROWS_LOADED];
  int top[ROWS_LOADED];
  int left[ROWS_LOADED];
  for (int j = 0; j < ROWS_LOADED; j++) {
    int pixel = n0 + ROW_LOADED(j);
    int image = pixel / plane;
    start[j] = (image * g.c + group * cg) * g.h * g.w;
    top[j] = (pixel - image * plane) / g.q * g.strideH - g.padH;
    left[j] = (pixel - image * plane) % g.q * g.strideW - g.padW;
  }
#define A(PUT, k, m, slot) PUT((m < og && k < K), ws, (m * K + k))
#define B(PUT, k, n, slot) { \
    int ch = quotient(k, byTaps); \
    int tap = k - ch * taps; \
    int down = quotient(tap, byJ); \
    int h = top[slot] + down * g.dilationH; \
    int v = left[slot] + (tap - down * g.j) * g.dilationW; \
    PUT((n < N && k < K && h >= 0 && h < g.h && v >= 0 && v < g.w), x, (start[slot] + (ch * g.h + h) * g.w + v)) \
  }
#define Y(m, n, v) { \
    int o = group * og + m; \
    int im = quotient(n, byPlane); \
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
  MULTIPLY(0, K, 1, 0)
  RESULTS(og, N)
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
  Divisor byTaps = divisor(taps);
  Divisor byJ = divisor(g.j);
  Divisor byPlane = divisor(plane);
  Divisor byStrideH = divisor(g.strideH);
  Divisor byStrideW = divisor(g.strideW);
  PLACE
  int start[ROWS_LOADED];
  int bottom[ROWS_LOADED];
  int right[ROWS_LOADED];
  for (int j = 0; j < ROWS_LOADED; j++) {
    int pixel = n0 + ROW_LOADED(j);
    int image = pixel / plane;
    start[j] = (image * g.o + group * og) * g.p * g.q;
    bottom[j] = (pixel - image * plane) / g.w + g.padH;
    right[j] = (pixel - image * plane) % g.w + g.padW;
  }
#define A(PUT, k, m, slot) { \
    int o = quotient(k, byTaps); \
    PUT((m < cg && k < K), w, (((group * og + o) * cg + m) * taps + k - o * taps)) \
  }
#define B(PUT, k, n, slot) { \
    int o = quotient(k, byTaps); \
    int tap = k - o * taps; \
    int down = quotient(tap, byJ); \
    int h = bottom[slot] - down * g.dilationH; \
    int v = right[slot] - (tap - down * g.j) * g.dilationW; \
    int p = quotient(max(h, 0), byStrideH); \
    int q = quotient(max(v, 0), byStrideW); \
    int hit = n < N && k < K && p * g.strideH == h && q * g.strideW == v && p < g.p && q < g.q; \
    PUT(hit, gy, (start[slot] + (o * g.p + p) * g.q + q)) \
  }
#define Y(m, n, v) { \
    int im = quotient(n, byPlane); \
    gx[(im * g.c + group * cg + m) * plane + n - im * plane] = v; \
  }
  MULTIPLY(0, K, 0, 0)
  RESULTS(cg, N)
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
  Divisor byTaps = divisor(taps);
  Divisor byJ = divisor(g.j);
  Divisor byPlane = divisor(plane);
  Divisor byQ = divisor(g.q);
  PLACE
#define A(PUT, k, m, slot) { \
    int im = quotient(k, byPlane); \
    PUT((m < og && k < end), gy, ((im * g.o + group * og + m) * plane + k - im * plane)) \
  }
#define B(PUT, k, n, slot) { \
    int im = quotient(k, byPlane); \
    int at = k - im * plane; \
    int p = quotient(at, byQ); \
    int ch = quotient(n, byTaps); \
    int tap = n - ch * taps; \
    int down = quotient(tap, byJ); \
    int h = p * g.strideH - g.padH + down * g.dilationH; \
    int v = (at - p * g.q) * g.strideW - g.padW + (tap - down * g.j) * g.dilationW; \
    int hit = n < N && k < end && h >= 0 && h < g.h && v >= 0 && v < g.w; \
    PUT(hit, x, (((im * g.c + group * cg + ch) * g.h + h) * g.w + v)) \
  }
#define Y(m, n, v) to[((slice * g.groups + group) * og + m) * N + n] = v;
  MULTIPLY(begin, end, 1, 1)
  RESULTS(og, N)
#undef A
#undef B
#undef Y
}

#ifndef TENSOR
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
#endif
