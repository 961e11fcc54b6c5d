// Ceilings of the device.

// Sixteen independent chains an item; 32 * steps multiply-adds each.
__kernel void multiply_adds(__global float* y, float a, float b, int steps) {
  float8 u = (float8) (get_global_id(0) * 1e-9f) + (float8) (0, 1, 2, 3, 4, 5, 6, 7);
  float8 v = u + 8.0f;
  float8 f = a;
  float8 g = b;
  for (int i = 0; i < steps; i++) {
    u = fma(u, f, g);
    v = fma(v, f, g);
    u = fma(u, f, g);
    v = fma(v, f, g);
  }
  u += v;
  y[get_global_id(0)] = u.s0 + u.s1 + u.s2 + u.s3 + u.s4 + u.s5 + u.s6 + u.s7;
}

__kernel void copy(__global const float4* x, __global float4* y, int n) {
  int i = get_global_id(0);
  if (i < n) {
    y[i] = x[i];
  }
}
