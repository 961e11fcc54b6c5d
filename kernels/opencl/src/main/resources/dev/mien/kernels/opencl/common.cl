// Put before every program. OpenCL C 1.2. Long sums are kept in acc: double where the device has it.
#ifdef HAS_FP64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double acc;
#else
typedef float acc;
#endif

// Static, since NVIDIA's compiler links no plain inline function. Always inlined, since LLVM otherwise writes the one local array that all
// callers of a static function hand over into that function, where PoCL does not find it: all groups at work then share the array.
#define INLINE static inline __attribute__((always_inline))

#define GROUP 256
#define LOWEST -80.0f

// Joins the values of the 256 items of a group in one order (a tree); every item gets the result. All items must call it.
#define GROUP_REDUCTION(name, type, join) \
  INLINE type name(type v, __local type* s) { \
    int l = get_local_id(0); \
    barrier(CLK_LOCAL_MEM_FENCE); \
    s[l] = v; \
    for (int h = GROUP / 2; h > 0; h >>= 1) { \
      barrier(CLK_LOCAL_MEM_FENCE); \
      if (l < h) { \
        s[l] = join(s[l], s[l + h]); \
      } \
    } \
    barrier(CLK_LOCAL_MEM_FENCE); \
    return s[0]; \
  }

#define ADD(a, b) ((a) + (b))

GROUP_REDUCTION(group_sum, acc, ADD)
GROUP_REDUCTION(group_sum_int, int, ADD)
GROUP_REDUCTION(group_min_int, int, min)
// With NaN among them any value.
GROUP_REDUCTION(group_max, float, fmax)

// The place of element i of a walk over up to eight axes in memory of the given strides; the innermost axis is the last, extents in front are 1.
INLINE int place(int i, int8 extents, int8 strides) {
  int e[8];
  int s[8];
  vstore8(extents, 0, e);
  vstore8(strides, 0, s);
  int at = 0;
  for (int k = 7; k >= 0; k--) {
    int q = i / e[k];
    at += (i - q * e[k]) * s[k];
    i = q;
  }
  return at;
}

// Round to nearest, ties away from zero, 10 bits of fraction, as cvt.rna.tf32 does.
INLINE float tf32(float v) {
  uint u = as_uint(v);
  return (u & 0x7f800000u) == 0x7f800000u ? v : as_float((u + 0x1000u) & 0xffffe000u);
}

// Round to nearest, ties to even, 7 bits of fraction.
INLINE float bf16(float v) {
  uint u = as_uint(v);
  return (u & 0x7f800000u) == 0x7f800000u ? v : as_float((u + 0x7fffu + ((u >> 16) & 1u)) & 0xffff0000u);
}
