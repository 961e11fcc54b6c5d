// Work along the last axis: a group of 256 items for each row.

#define ROW \
  __local float sf[GROUP]; \
  __local acc sa[GROUP]; \
  int row = get_group_id(0); \
  int l = get_local_id(0); \
  int from = row * columns;

__kernel void softmax(__global const float* x, __global float* y, int columns, int logarithm) {
  ROW
  float top = -INFINITY;
  for (int j = l; j < columns; j += GROUP) {
    top = fmax(top, x[from + j]);
  }
  top = group_max(top, sf);
  acc sum = 0;
  for (int j = l; j < columns; j += GROUP) {
    sum += exp(x[from + j] - top);
  }
  sum = group_sum(sum, sa);
  float scale = logarithm ? (float) log(sum) : (float) (1 / sum);
  for (int j = l; j < columns; j += GROUP) {
    float d = x[from + j] - top;
    y[from + j] = logarithm ? d - scale : exp(d) * scale;
  }
}

__kernel void softmax_backward(__global const float* y, __global const float* gy, __global float* gx, int columns, int logarithm) {
  ROW
  acc sum = 0;
  for (int j = l; j < columns; j += GROUP) {
    sum += logarithm ? (acc) gy[from + j] : (acc) gy[from + j] * y[from + j];
  }
  float s = (float) group_sum(sum, sa);
  for (int j = l; j < columns; j += GROUP) {
    float g = gy[from + j];
    float v = y[from + j];
    gx[from + j] = logarithm ? g - exp(v) * s : v * (g - s);
  }
}

__kernel void moments(__global const float* p, float start, __global float* mean, __global float* variance, int columns) {
  ROW
  acc sum = 0;
  for (int j = l; j < columns; j += GROUP) {
    sum += (acc) p[from + j] * (start + j);
  }
  acc m = group_sum(sum, sa);
  sum = 0;
  for (int j = l; j < columns; j += GROUP) {
    acc d = start + j - m;
    sum += d * d * p[from + j];
  }
  sum = group_sum(sum, sa);
  if (l == 0) {
    mean[row] = (float) m;
    if (variance != 0) {
      variance[row] = (float) sum;
    }
  }
}

__kernel void moments_backward(__global const float* p, float start, __global const float* gMean, __global const float* gVariance,
                               __global float* gp, int columns) {
  ROW
  acc sum = 0;
  acc mass = 0;
  for (int j = l; j < columns; j += GROUP) {
    sum += (acc) p[from + j] * (start + j);
    mass += p[from + j];
  }
  acc m = group_sum(sum, sa);
  acc s = group_sum(mass, sa);
  for (int j = l; j < columns; j += GROUP) {
    acc a = start + j;
    acc g = 0;
    if (gMean != 0) {
      g += gMean[row] * a;
    }
    if (gVariance != 0) {
      g += gVariance[row] * ((a - m) * (a - m) + 2 * (s - 1) * m * a);
    }
    gp[from + j] = (float) g;
  }
}

__kernel void standardize(__global const float* x, float eps, __global float* y, __global float* scale, int columns) {
  ROW
  acc sum = 0;
  for (int j = l; j < columns; j += GROUP) {
    sum += x[from + j];
  }
  float mean = (float) (group_sum(sum, sa) / columns);
  sum = 0;
  for (int j = l; j < columns; j += GROUP) {
    acc d = x[from + j] - mean;
    sum += d * d;
  }
  float s = (float) (1 / sqrt(group_sum(sum, sa) / columns + eps));
  for (int j = l; j < columns; j += GROUP) {
    y[from + j] = (x[from + j] - mean) * s;
  }
  if (l == 0) {
    scale[row] = s;
  }
}

__kernel void standardize_backward(__global const float* y, __global const float* scale, __global const float* gy, __global float* gx, int columns) {
  ROW
  acc sum = 0;
  acc dot = 0;
  for (int j = l; j < columns; j += GROUP) {
    sum += gy[from + j];
    dot += (acc) gy[from + j] * y[from + j];
  }
  float mean = (float) (group_sum(sum, sa) / columns);
  float share = (float) (group_sum(dot, sa) / columns);
  for (int j = l; j < columns; j += GROUP) {
    gx[from + j] = scale[row] * (gy[from + j] - mean - y[from + j] * share);
  }
}

__kernel void l2_norm(__global const float* x, __global float* norm, int columns) {
  ROW
  acc sum = 0;
  for (int j = l; j < columns; j += GROUP) {
    acc v = x[from + j];
    sum += v * v;
  }
  sum = group_sum(sum, sa);
  if (l == 0) {
    norm[row] = (float) sqrt(sum);
  }
}

__kernel void l2_norm_backward(__global const float* x, __global const float* norm, __global const float* gNorm, __global float* gx,
                               int columns, int n) {
  int i = get_global_id(0);
  if (i < n) {
    int row = i / columns;
    gx[i] = gNorm[row] * x[i] / fmax(norm[row], 1e-12f);
  }
}
