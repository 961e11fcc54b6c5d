// Pooling and resampling of images [N, C, H, W]: an item for each result; gradients are gathered, so nothing is added from two sides.

typedef struct {
  int h0, h1, w0, w1;
} Window;

// shape: H, W, P, Q, kernelH, kernelW, stride, padding; kernelH 0 means adaptive. Not clipped to the image.
INLINE Window window(int8 s, int p, int q) {
  Window r;
  if (s.s4 == 0) {
    r.h0 = p * s.s0 / s.s2;
    r.h1 = ((p + 1) * s.s0 + s.s2 - 1) / s.s2;
    r.w0 = q * s.s1 / s.s3;
    r.w1 = ((q + 1) * s.s1 + s.s3 - 1) / s.s3;
  } else {
    r.h0 = p * s.s6 - s.s7;
    r.h1 = r.h0 + s.s4;
    r.w0 = q * s.s6 - s.s7;
    r.w1 = r.w0 + s.s5;
  }
  return r;
}

INLINE Window clipped(Window r, int8 s) {
  r.h0 = max(r.h0, 0);
  r.w0 = max(r.w0, 0);
  r.h1 = min(r.h1, s.s0);
  r.w1 = min(r.w1, s.s1);
  return r;
}

// What an average divides by: padded zeros count when countPadding, but never what lies beyond the padding.
INLINE float divisor(Window r, int8 s, int countPadding) {
  Window c = clipped(r, s);
  if (countPadding) {
    c.h0 = r.h0;
    c.w0 = r.w0;
    c.h1 = min(r.h1, s.s0 + s.s7);
    c.w1 = min(r.w1, s.s1 + s.s7);
  }
  return (c.h1 - c.h0) * (c.w1 - c.w0);
}

__kernel void max_pool(__global const float* x, __global float* y, __global int* choice, int8 s, int n) {
  int at = get_global_id(0);
  if (at < n) {
    Window r = clipped(window(s, at / s.s3 % s.s2, at % s.s3), s);
    __global const float* plane = x + at / (s.s2 * s.s3) * s.s0 * s.s1;
    int best = r.h0 * s.s1 + r.w0;
    float value = plane[best];
    for (int h = r.h0; h < r.h1; h++) {
      for (int w = r.w0; w < r.w1; w++) {
        float v = plane[h * s.s1 + w];
        if (v > value || (isnan(v) && !isnan(value))) {
          value = v;
          best = h * s.s1 + w;
        }
      }
    }
    y[at] = value;
    if (choice != 0) {
      choice[at] = best;
    }
  }
}

__kernel void average_pool(__global const float* x, __global float* y, int8 s, int countPadding, int n) {
  int at = get_global_id(0);
  if (at < n) {
    Window full = window(s, at / s.s3 % s.s2, at % s.s3);
    Window r = clipped(full, s);
    __global const float* plane = x + at / (s.s2 * s.s3) * s.s0 * s.s1;
    acc sum = 0;
    for (int h = r.h0; h < r.h1; h++) {
      for (int w = r.w0; w < r.w1; w++) {
        sum += plane[h * s.s1 + w];
      }
    }
    y[at] = (float) (sum / divisor(full, s, countPadding));
  }
}

// choice 0 for an average
__kernel void pool_backward(__global const float* gy, __global const int* choice, __global float* gx, int8 s, int countPadding, int n) {
  int at = get_global_id(0);
  if (at < n) {
    int h = at / s.s1 % s.s0;
    int w = at % s.s1;
    int plane = at / (s.s0 * s.s1) * s.s2 * s.s3;
    int p0, p1, q0, q1; // the results whose window may hold this pixel
    if (s.s4 == 0) {
      p0 = h * s.s2 / s.s0;
      p1 = min(s.s2 - 1, ((h + 1) * s.s2 + s.s0 - 1) / s.s0 - 1);
      q0 = w * s.s3 / s.s1;
      q1 = min(s.s3 - 1, ((w + 1) * s.s3 + s.s1 - 1) / s.s1 - 1);
    } else {
      p0 = max(0, (h + s.s7 - s.s4 + s.s6) / s.s6);
      p0 = h + s.s7 - s.s4 < 0 ? 0 : p0;
      p1 = min(s.s2 - 1, (h + s.s7) / s.s6);
      q0 = w + s.s7 - s.s5 < 0 ? 0 : (w + s.s7 - s.s5 + s.s6) / s.s6;
      q1 = min(s.s3 - 1, (w + s.s7) / s.s6);
    }
    acc sum = 0;
    for (int p = p0; p <= p1; p++) {
      for (int q = q0; q <= q1; q++) {
        int o = plane + p * s.s3 + q;
        if (choice != 0) {
          sum += choice[o] == h * s.s1 + w ? gy[o] : 0.0f;
        } else {
          sum += gy[o] / divisor(window(s, p, q), s, countPadding);
        }
      }
    }
    gx[at] = (float) sum;
  }
}

// Source coordinate of result i as a fraction of integers, so that it is exact: (2i + 1) in - out over 2 out, or i (in - 1) over out - 1.
INLINE void source(int i, int in, int out, int align, int* low, int* high, float* part) {
  int numerator = align ? i * (in - 1) : max((2 * i + 1) * in - out, 0);
  int denominator = align ? max(out - 1, 1) : 2 * out;
  int q = numerator / denominator;
  *low = min(q, in - 1);
  *high = min(q + 1, in - 1);
  *part = (float) (numerator - q * denominator) / (float) denominator;
}

__kernel void resize(__global const float* x, __global float* y, int H, int W, int P, int Q, int align, int n) {
  int at = get_global_id(0);
  if (at < n) {
    int h0, h1, w0, w1;
    float a, b;
    source(at / Q % P, H, P, align, &h0, &h1, &a);
    source(at % Q, W, Q, align, &w0, &w1, &b);
    __global const float* plane = x + at / (P * Q) * H * W;
    float top = plane[h0 * W + w0] * (1 - b) + plane[h0 * W + w1] * b;
    float bottom = plane[h1 * W + w0] * (1 - b) + plane[h1 * W + w1] * b;
    y[at] = top * (1 - a) + bottom * a;
  }
}

// The weight of source pixel h in result i.
INLINE float share(int h, int i, int in, int out, int align) {
  int low, high;
  float part;
  source(i, in, out, align, &low, &high, &part);
  return (low == h ? 1 - part : 0.0f) + (high == h ? part : 0.0f);
}

// Results that may look at source pixel h: those whose coordinate lies within one of it, with one to spare.
INLINE int first_result(int h, int in, int out, int align) {
  int i = h == 0 ? 0 : (int) ((long) (h - 1) * out / in) - 2;
  return h == 0 || align && in < 2 ? 0 : max(0, align && in > 1 ? (int) ((long) (h - 1) * (out - 1) / (in - 1)) - 1 : i);
}

INLINE int last_result(int h, int in, int out, int align) {
  long i = align && in > 1 ? ((long) (h + 1) * (out - 1)) / (in - 1) + 1 : ((long) (h + 2) * out) / in + 2;
  return h == in - 1 ? out - 1 : (int) min(i, (long) (out - 1));
}

__kernel void resize_backward(__global const float* gy, __global float* gx, int H, int W, int P, int Q, int align, int n) {
  int at = get_global_id(0);
  if (at < n) {
    int h = at / W % H;
    int w = at % W;
    __global const float* plane = gy + at / (H * W) * P * Q;
    int p1 = last_result(h, H, P, align);
    int q0 = first_result(w, W, Q, align);
    int q1 = last_result(w, W, Q, align);
    acc sum = 0;
    for (int p = first_result(h, H, P, align); p <= p1; p++) {
      float a = share(h, p, H, P, align);
      for (int q = q0; a != 0 && q <= q1; q++) {
        sum += (acc) a * share(w, q, W, Q, align) * plane[p * Q + q];
      }
    }
    gx[at] = (float) sum;
  }
}
