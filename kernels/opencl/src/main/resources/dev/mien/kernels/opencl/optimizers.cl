// Eight parameters a launch (a kernel cannot be given a list of buffers): item i belongs to the one whose range it falls in. ends: running totals of their sizes.

#define PICK(i, ends, which, at) \
  int which = (i >= ends.s0) + (i >= ends.s1) + (i >= ends.s2) + (i >= ends.s3) + (i >= ends.s4) + (i >= ends.s5) + (i >= ends.s6); \
  int e_[8]; \
  vstore8(ends, 0, e_); \
  int at = i - (which == 0 ? 0 : e_[which - 1]);

#define CHOOSE(k, p) (k == 0 ? p##0 : k == 1 ? p##1 : k == 2 ? p##2 : k == 3 ? p##3 : k == 4 ? p##4 : k == 5 ? p##5 : k == 6 ? p##6 : p##7)

// What step_guard left: the factor of the gradients, and whether steps are refused. Null where the host knows both.
#define HEED(guard, scale) \
  if (guard != 0) { \
    if (guard[2] > 0.0f) { \
      return; \
    } \
    scale = guard[1]; \
  }

#define EIGHT(p) __global float *p##0, __global float *p##1, __global float *p##2, __global float *p##3, __global float *p##4, \
  __global float *p##5, __global float *p##6, __global float *p##7

__kernel void sgd(EIGHT(p), EIGHT(g), EIGHT(v), int8 ends, int n, float rate, float momentum, float decay, int nesterov, float scale,
                  __global const float* guard) {
  int i = get_global_id(0);
  HEED(guard, scale)
  if (i < n) {
    PICK(i, ends, which, at)
    __global float* p = CHOOSE(which, p);
    __global float* v = CHOOSE(which, v);
    float w = p[at];
    float d = fma(decay, w, scale * CHOOSE(which, g)[at]);
    float step = d;
    if (v != 0) {
      step = fma(momentum, v[at], d);
      v[at] = step;
      step = nesterov ? fma(momentum, step, d) : step;
    }
    p[at] = fma(-rate, step, w);
  }
}

__kernel void adamw(EIGHT(p), EIGHT(g), EIGHT(m), EIGHT(v), int8 ends, int n, float rate, float beta1, float rest1, float beta2,
                    float rest2, float eps, float decay, float correction1, float correction2, float scale,
                    __global const float* guard) {
  int i = get_global_id(0);
  HEED(guard, scale)
  if (i < n) {
    PICK(i, ends, which, at)
    __global float* p = CHOOSE(which, p);
    __global float* m = CHOOSE(which, m);
    __global float* v = CHOOSE(which, v);
    float d = scale * CHOOSE(which, g)[at];
    float w = fma(-rate * decay, p[at], p[at]);
    float a = fma(beta1, m[at], rest1 * d);
    float b = fma(beta2, v[at], rest2 * d * d);
    m[at] = a;
    v[at] = b;
    p[at] = w - rate * (a / correction1) / (sqrt(b / correction2) + eps);
  }
}
