// Margin softmax: a group of 256 items for each row; and rows taken by index. See CosineMargin for the rules.

typedef struct {
  acc f, slope, angleSlope, threshold;
} Target;

INLINE Target target_of(float cosine, float angle, float limit, int beyond, float eps, int straight) {
  acc c = clamp(cosine, -limit, limit);
  acc s = sqrt(1 - c * c);
  acc g = angle;
  acc cs = cos(g);
  acc sn = sin(g);
  acc e = eps;
  Target t;
  t.threshold = c * cs - s * sn;
  t.f = t.threshold;
  t.slope = cs + c * sn / s;
  t.angleSlope = -c * sn - s * cs;
  if (beyond == 0) {
    int below = g < 0 && c > cos(e - g);
    int above = g > 0 && c < -cos(e + g);
    if (below || above) {
      t.f = below ? cos(e) : -cos(e);
      t.slope = 0;
      t.angleSlope = 0;
    }
  } else if (beyond == 1 ? c <= -cs : c <= 0) {
    t.f = beyond == 1 ? c - g * sn : c;
    t.slope = 1;
    t.angleSlope = beyond == 1 ? -sn - g * cs : (acc) 0;
  }
  t.slope = straight ? (acc) 1 : fabs(cosine) > limit ? (acc) 0 : t.slope;
  return t;
}

__kernel void cosine_margin(__global const float* x, __global const int* labels, __global const float* margins, __global const float* hardness,
                            __global float* y, int columns, float scale, float limit, int beyond, float eps, int straight) {
  int row = get_group_id(0);
  int from = row * columns;
  int label = labels[row];
  Target t = target_of(x[from + label], margins[2 * row], limit, beyond, eps, straight);
  for (int j = get_local_id(0); j < columns; j += GROUP) {
    float v = clamp(x[from + j], -limit, limit);
    float other = hardness != 0 && v > (float) t.threshold ? v * (hardness[0] + v) : v;
    y[from + j] = j == label ? (float) (scale * (t.f - margins[2 * row + 1])) : scale * other;
  }
}

__kernel void cosine_margin_backward(__global const float* x, __global const int* labels, __global const float* margins,
                                     __global const float* hardness, __global const float* gy, __global float* gx, __global float* gm,
                                     int columns, float scale, float limit, int beyond, float eps, int straight) {
  int row = get_group_id(0);
  int from = row * columns;
  int label = labels[row];
  Target t = target_of(x[from + label], margins[2 * row], limit, beyond, eps, straight);
  for (int j = get_local_id(0); j < columns; j += GROUP) {
    float v = x[from + j];
    float g = scale * gy[from + j];
    if (j == label) {
      if (gm != 0) {
        gm[2 * row] = (float) (g * t.angleSlope);
        gm[2 * row + 1] = -g;
      }
      gx[from + j] = (float) (g * t.slope);
    } else {
      float slope = fabs(v) <= limit ? (hardness != 0 && v > (float) t.threshold ? hardness[0] + 2 * v : 1.0f) : 0.0f;
      gx[from + j] = g * slope;
    }
  }
}

// gather: some[s] = all[indices[s]]; otherwise the other way
__kernel void copy_rows(__global float* all, __global const int* indices, __global float* some, int columns, int gather) {
  int s = get_group_id(0);
  __global float* a = all + (size_t) indices[s] * columns;
  __global float* b = some + (size_t) s * columns;
  for (int j = get_local_id(0); j < columns; j += GROUP) {
    if (gather) {
      b[j] = a[j];
    } else {
      a[j] = b[j];
    }
  }
}
