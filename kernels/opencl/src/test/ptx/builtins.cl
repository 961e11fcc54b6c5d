// What OpenCL's library gives, for clang's NVPTX target, which has none: enough to assemble tensor.cl and probe.cl, nothing is run.
#define BUILTIN __attribute__((overloadable, always_inline))
BUILTIN size_t get_local_id(uint d) {
  return __nvvm_read_ptx_sreg_tid_x();
}
BUILTIN size_t get_group_id(uint d) {
  return d == 0 ? __nvvm_read_ptx_sreg_ctaid_x() : d == 1 ? __nvvm_read_ptx_sreg_ctaid_y() : __nvvm_read_ptx_sreg_ctaid_z();
}
BUILTIN void barrier(cl_mem_fence_flags f) {
  __syncthreads();
}
BUILTIN float fma(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
BUILTIN int max(int a, int b) {
  return a > b ? a : b;
}
BUILTIN int min(int a, int b) {
  return a < b ? a : b;
}
BUILTIN float fmax(float a, float b) {
  return __builtin_fmaxf(a, b);
}
BUILTIN uint clz(uint a) {
  return a == 0 ? 32 : __builtin_clz(a);
}
BUILTIN int isnan(float a) {
  return a != a;
}
BUILTIN void vstore8(int8 v, size_t at, int* to) {
  ((int8*) to)[at] = v;
}
