// Sums in one order fixed by the shape: an item, or a group of 256 items, for each sum. No atomics.

// y[o] = scale * sum over r of x[place(o) + place(r)]
__kernel void sum_items(__global const float* x, __global float* y, float scale, int outputs, int terms, int8 keptExtents, int8 keptStrides,
                        int8 extents, int8 strides) {
  int o = get_global_id(0);
  if (o < outputs) {
    int at = place(o, keptExtents, keptStrides);
    acc sum = 0;
    for (int r = 0; r < terms; r++) {
      sum += x[at + place(r, extents, strides)];
    }
    y[o] = (float) (scale * sum);
  }
}

__kernel void sum_groups(__global const float* x, __global float* y, float scale, int terms, int8 keptExtents, int8 keptStrides,
                         int8 extents, int8 strides) {
  __local acc s[GROUP];
  int o = get_group_id(0);
  int at = place(o, keptExtents, keptStrides);
  acc sum = 0;
  for (int r = get_local_id(0); r < terms; r += GROUP) {
    sum += x[at + place(r, extents, strides)];
  }
  sum = group_sum(sum, s);
  if (get_local_id(0) == 0) {
    y[o] = (float) (scale * sum);
  }
}

// Channel sums in two stages: group (c, s) adds slice s of the pixels of channel c; x is [N, C, inner], m = N * inner.
// what 0: x; what 1: slope of a PReLU, x > 0 ? 0 : x * g
__kernel void channel_partials(int what, __global const float* x, __global const float* g, __global float* partials, int channels, int inner,
                               int m, int slices) {
  __local acc s[GROUP];
  int c = get_group_id(0) / slices;
  int slice = get_group_id(0) % slices;
  int length = (m + slices - 1) / slices;
  int end = min(m, (slice + 1) * length);
  acc sum = 0;
  for (int i = slice * length + get_local_id(0); i < end; i += GROUP) {
    int at = (i / inner * channels + c) * inner + i % inner;
    float v = x[at];
    sum += what == 0 ? v : (v > 0 ? 0.0f : v * g[at]);
  }
  sum = group_sum(sum, s);
  if (get_local_id(0) == 0) {
    // two floats hold what a float cannot
    float high = (float) sum;
    partials[2 * get_group_id(0)] = high;
    partials[2 * get_group_id(0) + 1] = (float) (sum - high);
  }
}

__kernel void channel_totals(__global const float* partials, __global float* y, int channels, int slices) {
  int c = get_global_id(0);
  if (c < channels) {
    acc sum = 0;
    for (int k = 0; k < slices; k++) {
      sum += (acc) partials[2 * (c * slices + k)] + (acc) partials[2 * (c * slices + k) + 1];
    }
    y[c] = (float) sum;
  }
}

// Sum of squares of a piece of x, as two floats; out of float's range the second is 0.
__kernel void squares(__global const float* x, __global float* partials, int at, int n, int perGroup) {
  __local acc s[GROUP];
  int from = get_group_id(0) * perGroup;
  int end = min(n, from + perGroup);
  acc sum = 0;
  for (int i = from + get_local_id(0); i < end; i += GROUP) {
    acc v = x[i];
    sum += v * v;
  }
  sum = group_sum(sum, s);
  if (get_local_id(0) == 0) {
    // scaled by 2^-64 until it fits into a float, three times at most: the host multiplies back
    acc w = sum;
    int scaled = 0;
    for (; scaled < 3 && w > (acc) 1e37; scaled++) {
      w *= (acc) 5.42101086242752217e-20;
    }
    float high = (float) w;
    __global float* p = partials + 3 * (at + get_group_id(0));
    p[0] = high;
    p[1] = isinf(high) || isnan(high) ? 0.0f : (float) (w - high);
    p[2] = (float) scaled;
  }
}

// One group: the norm of all gradients from the partials of squares, the factor that clips it, and whether steps are refused from here on.
__kernel void step_guard(__global const float* partials, int count, float maxNorm, __global float* guard) {
  __local acc s[GROUP];
  acc plain = 0;
  acc large = 0; // in units of 2^64, as squares left them
  for (int k = get_local_id(0); k < count; k += GROUP) {
    acc part = (acc) partials[3 * k] + (acc) partials[3 * k + 1];
    float scaled = partials[3 * k + 2];
    plain += scaled != 0.0f ? (acc) 0 : part;
    acc units = scaled > 2.5f ? (acc) 1.8446744073709552e19 * (acc) 1.8446744073709552e19 : scaled > 1.5f ? (acc) 1.8446744073709552e19 : (acc) 1;
    large += scaled != 0.0f ? part * units : (acc) 0;
  }
  plain = group_sum(plain, s);
  large = group_sum(large, s);
  if (get_local_id(0) == 0) {
    float norm = (float) (large == 0 ? sqrt(plain) : sqrt(large + plain * (acc) 5.42101086242752217e-20) * (acc) 4294967296.0);
    int finite = !(isnan(norm) || isinf(norm));
    guard[0] = norm;
    guard[1] = maxNorm > 0.0f && norm > maxNorm ? maxNorm / (norm + 1e-6f) : 1.0f;
    guard[2] = finite && guard[2] == 0.0f ? 0.0f : guard[2] + 1.0f;
  }
}

__kernel void sum_losses(__global const float* x, __global float* y, int n, float scale) {
  __local acc s[GROUP];
  acc sum = 0;
  for (int i = get_local_id(0); i < n; i += GROUP) {
    sum += x[i];
  }
  sum = group_sum(sum, s);
  if (get_local_id(0) == 0) {
    y[0] = (float) (sum * scale);
  }
}
