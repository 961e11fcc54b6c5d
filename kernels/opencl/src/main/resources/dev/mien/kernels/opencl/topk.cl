// Gallery search: scores of int8 rows, and the best of a list in one strict order, so that no order of work shows in the result.

#define MOST 1024

INLINE int before(float score, int index, float than, int thanIndex) {
  return score > than || (score == than && index < thanIndex);
}

__kernel void int8_scores(__global const char* queries, __global const float* queryScales, __global const char* gallery,
                          __global const float* galleryScales, __global float* scores, int n, int rows, int features) {
  int id = get_global_id(0);
  if (id < n) {
    int q = id / rows;
    int r = id % rows;
    __global const char* a = queries + (size_t) q * features;
    __global const char* b = gallery + (size_t) r * features;
    int16 sums = 0;
    int j = 0;
    for (; j + 16 <= features; j += 16) {
      sums += convert_int16(vload16(0, a + j)) * convert_int16(vload16(0, b + j));
    }
    int8 h = sums.lo + sums.hi;
    int4 f = h.lo + h.hi;
    int sum = f.x + f.y + f.z + f.w;
    for (; j < features; j++) {
      sum += a[j] * b[j];
    }
    scores[id] = (float) sum * queryScales[q] * galleryScales[r];
  }
}

// A group for each segment of each query's list of n scores: the k best of the segment, and of the old ones where there are any. Without
// indices a score's index is its place behind first. Each of the k passes finds the best one behind the one before.
__kernel void best_rows(__global const float* scores, __global const int* indices, int n, int segment, int first, __global const float* old,
                        __global const int* oldIndices, int k, __global float* outScores, __global int* outIndices) {
  __local float s[GROUP];
  __local int at[GROUP];
  __local float kept[MOST];
  __local int keptIndices[MOST];
  int segments = (n + segment - 1) / segment;
  int query = get_group_id(0) / segments;
  int from = get_group_id(0) % segments * segment;
  int to = min(n, from + segment);
  int end = old == 0 ? to : to + k;
  int id = get_local_id(0);
  float last = INFINITY;
  int lastIndex = -1;
  for (int p = 0; p < k; p++) {
    float best = -INFINITY;
    int bestIndex = -1;
    for (int i = from + id; i < end; i += GROUP) {
      int listed = i < to;
      size_t place = listed ? (size_t) query * n + i : (size_t) query * k + i - to;
      float score = listed ? scores[place] : old[place];
      int index = listed ? (indices == 0 ? first + i : indices[place]) : oldIndices[place];
      int fits = index >= 0 && score > -INFINITY && before(last, lastIndex, score, index);
      if (fits && (bestIndex < 0 || before(score, index, best, bestIndex))) {
        best = score;
        bestIndex = index;
      }
    }
    s[id] = best;
    at[id] = bestIndex;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int h = GROUP / 2; h > 0; h >>= 1) {
      if (id < h && at[id + h] >= 0 && (at[id] < 0 || before(s[id + h], at[id + h], s[id], at[id]))) {
        s[id] = s[id + h];
        at[id] = at[id + h];
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    int found = at[0] >= 0;
    last = found ? s[0] : -INFINITY;
    lastIndex = found ? at[0] : INT_MAX;
    if (id == 0) {
      kept[p] = last;
      keptIndices[p] = found ? lastIndex : -1;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  barrier(CLK_GLOBAL_MEM_FENCE); // the old ones were read where the result goes
  for (int p = id; p < k; p += GROUP) {
    outScores[(size_t) get_group_id(0) * k + p] = kept[p];
    outIndices[(size_t) get_group_id(0) * k + p] = keptIndices[p];
  }
}
