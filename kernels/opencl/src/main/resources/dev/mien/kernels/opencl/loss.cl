// DistributionLoss from the logits in one pass over each row, with its gradient: a group of 256 items for each row.

INLINE int key_of(float v) {
  int bits = as_int(v);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

// The key of the k-th largest of a row, by its digits from the top: four histograms of 256 buckets. 0 < k <= columns.
INLINE int kth_key(__global const float* z, int columns, int k, __local int* histogram, __local int* found) {
  int l = get_local_id(0);
  uint prefix = 0;
  int rest = k;
  for (int shift = 24; shift >= 0; shift -= 8) {
    barrier(CLK_LOCAL_MEM_FENCE);
    histogram[l] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int j = l; j < columns; j += GROUP) {
      uint u = (uint) key_of(z[j]) ^ 0x80000000u;
      if (shift == 24 || u >> (shift + 8) == prefix >> (shift + 8)) {
        atomic_inc(&histogram[(u >> shift) & 255]);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l == 0) {
      int digit = 255;
      while (digit > 0 && histogram[digit] < rest) {
        rest -= histogram[digit];
        digit--;
      }
      found[0] = digit;
      found[1] = rest;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    prefix |= (uint) found[0] << shift;
    rest = found[1];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return (int) (prefix ^ 0x80000000u);
}

typedef struct {
  float threshold;
  int lastTie;
  int first;
  int second;
  int size;
} Top;

// Inside the top: above the threshold, equal to it up to an index, or named by index. rule: 0 RANK, 1 MAX2_RANK, 2 FIXED.
INLINE Top choose(__global const float* z, int columns, int label, int rule, int fixedK, __local int* si, __local float* sf,
                  __local int* found) {
  int l = get_local_id(0);
  Top top = {z[label], columns, -1, -1, 0};
  int k = min(fixedK, columns);
  float own = z[label];
  float other = -INFINITY;
  int above = 0;
  int from = 0;
  for (int j = l; j < columns; j += GROUP) {
    float v = z[j];
    above += v > own;
    from += v >= own;
    other = j != label ? fmax(other, v) : other;
  }
  above = group_sum_int(above, si);
  from = group_sum_int(from, si);
  other = group_max(other, sf);
  int runner = columns;
  for (int j = l; j < columns; j += GROUP) {
    runner = j != label && z[j] == other ? min(runner, j) : runner;
  }
  runner = group_min_int(runner, si);
  if (rule == 0) {
    top.size = from;
  } else if (rule == 1) {
    int leads = above == 0 && columns > 1;
    top.threshold = leads ? INFINITY : own;
    top.lastTie = -1;
    top.first = label;
    top.second = leads ? runner : -1;
    top.size = leads ? 2 : above + 1;
  } else {
    top.size = k;
    top.threshold = k == 0 ? INFINITY : -INFINITY;
    top.lastTie = k == 0 ? -1 : columns;
  }
  if (rule == 2 && k > 0 && k < columns) { // the same way for all items of the group
    int key = kth_key(z, columns, k, si, found);
    float threshold = as_float(key ^ ((key >> 31) & 0x7fffffff));
    int larger = 0;
    int equal = 0;
    for (int j = l; j < columns; j += GROUP) {
      larger += z[j] > threshold;
      equal += z[j] == threshold;
    }
    larger = group_sum_int(larger, si);
    equal = group_sum_int(equal, si);
    top.threshold = threshold;
    if (larger + equal > k) { // ties: the first ones are inside
      if (l == 0) {
        int ties = k - larger;
        int j = 0;
        while (ties > 0 && j < columns) {
          ties -= z[j] == threshold;
          j++;
        }
        found[0] = j - 1;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      top.lastTie = found[0];
      barrier(CLK_LOCAL_MEM_FENCE);
    }
  }
  return top;
}

INLINE int inside(Top top, float z, int j) {
  return z > top.threshold || (z == top.threshold && j <= top.lastTie) || j == top.first || j == top.second;
}

// weights: cross-entropy, mean, variance, l1, residue. width is -1 / (2 sigma^2), 0 for a one-hot target.
__kernel void distribution_loss(__global const float* logits, __global const int* labels, __global float* losses, __global float* terms,
                                __global float* gradient, int columns, int rows, float w0, float w1, float w2, float w3, float w4, int rule,
                                int fixedK, int shifted, float width, int subtract) {
  __local float sf[GROUP];
  __local acc sa[GROUP];
  __local int si[GROUP];
  __local int found[2];
  int row = get_group_id(0);
  int l = get_local_id(0);
  __global const float* z = logits + row * columns;
  int label = labels[row];

  float largest = -INFINITY;
  int invalid = 0;
  for (int j = l; j < columns; j += GROUP) {
    largest = fmax(largest, z[j]);
    invalid |= isnan(z[j]);
  }
  largest = group_max(largest, sf);
  invalid = group_sum_int(invalid, si);
  largest = invalid ? NAN : largest;
  acc sum = 0;
  acc targets = 0;
  for (int j = l; j < columns; j += GROUP) {
    float d = z[j] - largest;
    sum += d < LOWEST ? 0.0f : exp(d);
    float c = j - label;
    float e = width * c * c;
    targets += width == 0 || e < LOWEST ? 0.0f : exp(e);
  }
  sum = group_sum(sum, sa);
  targets = group_sum(targets, sa);
  float log_sum = (float) log(sum);
  float inverse = (float) (1 / sum);
  float inverse_targets = (float) (1 / targets);
  Top top = choose(z, columns, label, rule, fixedK, si, sf, found);

  acc mean = 0;
  acc cross = 0;
  acc residue = 0;
  acc slopes = 0;
  for (int j = l; j < columns; j += GROUP) {
    float d = z[j] - largest;
    float lp = d - log_sum;
    float p = d < LOWEST ? 0.0f : exp(d) * inverse;
    float c = j - label;
    mean += (acc) p * c;
    if (width == 0) {
      cross -= j == label ? lp : 0.0f;
    } else {
      float e = width * c * c;
      float t = e < LOWEST ? 0.0f : exp(e) * inverse_targets;
      cross -= t == 0 ? (acc) 0 : (acc) t * lp;
      cross += subtract && t != 0 ? (acc) t * e : (acc) 0;
    }
    int out = !inside(top, z[j], j);
    if (shifted) {
      float q = (out ? p : 0.0f) + 1e-3f;
      float lq = log(q);
      residue -= (acc) q * lq;
      slopes += out ? (acc) p * (-lq - 1.0f) : (acc) 0;
    } else if (out && !(lp < LOWEST)) {
      residue -= (acc) p * lp;
      slopes += (acc) p * (-lp - 1.0f);
    }
  }
  mean = group_sum(mean, sa);
  cross = group_sum(cross, sa);
  cross -= width != 0 && subtract ? log(targets) : (acc) 0;
  residue = group_sum(residue, sa);
  slopes = group_sum(slopes, sa);
  acc variance = 0;
  for (int j = l; j < columns; j += GROUP) {
    float d = z[j] - largest;
    float p = d < LOWEST ? 0.0f : exp(d) * inverse;
    acc c = j - label - mean;
    variance += c * c * p;
  }
  variance = group_sum(variance, sa);

  acc size = fabs(mean);
  if (l == 0) {
    losses[row] = (float) ((w0 == 0 ? 0 : w0 * cross) + (w1 == 0 ? 0 : w1 * (acc) 0.5 * mean * mean) + (w2 == 0 ? 0 : w2 * variance)
        + (w3 == 0 ? 0 : w3 * size) + (w4 == 0 ? 0 : w4 * residue));
    if (terms != 0) {
      __global float* t = terms + 7 * row;
      t[0] = (float) cross;
      t[1] = (float) ((acc) 0.5 * mean * mean);
      t[2] = (float) variance;
      t[3] = (float) size;
      t[4] = (float) residue;
      t[5] = (float) (label + mean);
      t[6] = top.size;
    }
  }
  if (gradient != 0) {
    __global float* g = gradient + row * columns;
    float scale = 1.0f / rows;
    float m = (float) mean;
    float v = (float) variance;
    float s = (float) slopes;
    float pull = (w1 * m + w3 * (m > 0 ? 1.0f : m < 0 ? -1.0f : 0.0f)) * scale;
    for (int j = l; j < columns; j += GROUP) {
      float zj = z[j];
      float d = zj - largest;
      float lp = d - log_sum;
      float p = d < LOWEST ? 0.0f : exp(d) * inverse;
      float c = j - label;
      float e = width * c * c;
      float t = width == 0 ? (j == label ? 1.0f : 0.0f) : (e < LOWEST ? 0.0f : exp(e) * inverse_targets);
      int out = !inside(top, zj, j);
      float slope = 0;
      if (shifted) {
        slope = out ? -log(p + 1e-3f) - 1.0f : 0.0f;
      } else {
        slope = out && !(lp < LOWEST) ? -lp - 1.0f : 0.0f;
      }
      float k = c - m;
      float r = w2 == 0 ? 0.0f : fma(k, k, -v) * (w2 * scale);
      r += pull == 0 ? 0.0f : k * pull;
      r += w4 == 0 ? 0.0f : (slope - s) * (w4 * scale);
      g[j] = p * r + (p - t) * (w0 * scale);
    }
  }
}
