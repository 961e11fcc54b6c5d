// Put before every program. OpenCL C 1.2. Long sums are kept in acc: double where the device has it.
#ifdef HAS_FP64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double acc;
#else
typedef float acc;
#endif

#define GROUP 256
#define LOWEST -80.0f

// Sum over the 256 items of a group, in one order; every item gets it. All items must call it.
inline acc group_sum(acc v, __local acc* s) {
  int l = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  s[l] = v;
  for (int h = GROUP / 2; h > 0; h >>= 1) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < h) {
      s[l] += s[l + h];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return s[0];
}

// Largest over a group; with NaN among them any value.
inline float group_max(float v, __local float* s) {
  int l = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  s[l] = v;
  for (int h = GROUP / 2; h > 0; h >>= 1) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < h) {
      s[l] = fmax(s[l], s[l + h]);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return s[0];
}

inline int group_min_int(int v, __local int* s) {
  int l = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  s[l] = v;
  for (int h = GROUP / 2; h > 0; h >>= 1) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < h) {
      s[l] = min(s[l], s[l + h]);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return s[0];
}

inline int group_sum_int(int v, __local int* s) {
  int l = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  s[l] = v;
  for (int h = GROUP / 2; h > 0; h >>= 1) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < h) {
      s[l] += s[l + h];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return s[0];
}
