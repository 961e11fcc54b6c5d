// Every instruction of mma.cl once, with EACH 2. A warp copies 16 x 8 numbers of x, all but the first `warps` warps zeros instead, and writes their
// product with the transpose of their first 8 rows twice, by TF32 and by BF16 instructions: y[warp][2][16][8].
__kernel void probe(__global const float* x, __global float* y, int warps) {
  __local float tile_[8 * 128] __attribute__((aligned(16)));
  SHARED(tile_, 8 * 128)
  int l = get_local_id(0);
  int lane = l % 32;
  int warp = l / 32;
  for (int i = 0; i < COPIES; i++) {
    int at = COPIES * l + i;
    cp_async(&copies, shared, at, warp < warps, x + at);
  }
  cp_commit(&copies);
  cp_wait_all(&copies, shared);
  step_barrier(&shared);
  uint r[4];
  ldmatrix_x4(r, shared, 128 * warp + lane % 16 * 8 + lane / 16 * 4);
  float sums[2][4] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
  uint a[4];
  for (int i = 0; i < 4; i++) {
    a[i] = to_tf32(as_float(r[i]));
  }
  mma_tf32(sums[0], a, a[0], a[2], shared);
  a[0] = to_bf16x2(as_float(r[0]), as_float(r[2])); // k in another order, the same for both operands
  a[1] = to_bf16x2(as_float(r[1]), as_float(r[3]));
  a[2] = a[3] = 0;
  mma_bf16(sums[1], a, a[0], 0, shared);
  for (int p = 0; p < 2; p++) {
    for (int i = 0; i < 4; i++) {
      y[256 * warp + 128 * p + (lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sums[p][i];
    }
  }
}
