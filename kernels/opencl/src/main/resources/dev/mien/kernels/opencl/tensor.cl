// The tile of a product on tensor cores, in the place of tile.cl: a group of 8 warps computes a square of TILE = 16 EACH results, a warp TILE / 2 by
// TILE / 4 of it. Operands come to local memory by cp.async, STAGES - 1 steps ahead, and stay float32 there, since a copy cannot round; they
// are rounded in registers. A result is one chain of mma instructions, ascending, whatever the tile.
//
// Local memory of a step: TILE rows of an operand with 16 floats along k each, in four chunks of 16 bytes; chunk c of row r lies in the place
// c ^ (r / 2 % 4), so that ldmatrix's eight rows, and the copies of a warp, meet no bank twice.
//
// Options as in tile.cl; PRECISION 1, 2 or 3.

#define STEP 16
#define TILE (16 * EACH)
#define OPERAND (TILE * STEP)

#if EACH == 2
#define ROWS(F, i) F(0, i) F(1, i)
#define M_BLOCKS(F) F(0)
#define N_BLOCKS(F, u) F(u, 0)
#elif EACH == 4
#define ROWS(F, i) F(0, i) F(1, i) F(2, i) F(3, i)
#define M_BLOCKS(F) F(0) F(1)
#define N_BLOCKS(F, u) F(u, 0) F(u, 1)
#else
#define ROWS(F, i) F(0, i) F(1, i) F(2, i) F(3, i) F(4, i) F(5, i) F(6, i) F(7, i)
#define M_BLOCKS(F) F(0) F(1) F(2) F(3)
#define N_BLOCKS(F, u) F(u, 0) F(u, 1) F(u, 2) F(u, 3)
#endif
// Blocks of 16 x 8 results of a warp. Written out, so that sums stay in registers; in loops for the emulation, whose compilation takes long.
#define MT (EACH / 2)
#define NT (EACH / 2)
#ifndef NV_SM
#undef ROWS
#undef M_BLOCKS
#undef N_BLOCKS
#define ROWS(F, i) for (int e_ = 0; e_ < EACH; e_++) { F(e_, i) }
#define M_BLOCKS(F) for (int u_ = 0; u_ < MT; u_++) { F(u_) }
#define N_BLOCKS(F, u) for (int v_ = 0; v_ < NT; v_++) { F(u, v_) }
#endif

// Where the item stands, and what it loads in every step: element e of an operand, e < EACH. Along k: 16 lanes side by side, so two rows a warp.
// Otherwise 8 rows and 4 k a warp, which are four whole sectors of global memory, and warps go through 2 EACH blocks of rows, then chunks.
#define LOADED_K(along, e) (along ? l % STEP : lane / 8 + 4 * ((warp + 8 * (e)) / (2 * EACH)))
#define LOADED_ROW(along, e) (along ? l / STEP + 16 * (e) : lane % 8 + 8 * ((warp + 8 * (e)) % (2 * EACH)))
#define ROWS_LOADED (EACH == 8 ? 2 : 1)
#define ROW_LOADED(slot) LOADED_ROW(0, slot)
#define PLACE \
  int l = get_local_id(0); \
  int lane = l % 32; \
  int warp = l / 32; \
  int m0 = get_group_id(1) * TILE; \
  int n0 = get_group_id(0) * TILE; \
  int warpM = warp / 4 * (TILE / 2); \
  int warpN = warp % 4 * (TILE / 4);

#define SPOT(row, chunk) ((row) * STEP + 4 * ((chunk) ^ ((row) / 2 % 4)))

#define PUT(hit, from, at) { \
    int hit_ = hit; \
    cp_async(&copies, shared, to_ + SPOT(r_, k_ / 4) + k_ % 4, hit_, (from) + (hit_ ? at : 0)); \
  }
#define FETCH_A(e, k0) { \
    int k_ = LOADED_K(alongA_, e); \
    int r_ = LOADED_ROW(alongA_, e); \
    A(PUT, (k0 + k_), (m0 + r_), (e % ROWS_LOADED)) \
  }
#define FETCH_B(e, k0) { \
    int k_ = LOADED_K(alongB_, e); \
    int r_ = LOADED_ROW(alongB_, e); \
    B(PUT, (k0 + k_), (n0 + r_), (e % ROWS_LOADED)) \
  }
// Starts the copies of the step that begins at k0 into a stage; elements outside become 0.
#define FETCH(k0, stage) { \
    int first_ = k0; \
    int to_ = (stage) * 2 * OPERAND; \
    ROWS(FETCH_A, first_) \
    to_ += OPERAND; \
    ROWS(FETCH_B, first_) \
    cp_commit(&copies); \
  }

// Operands in registers as the instruction takes them (high), and what rounding to TF32 left (low), from float32. For BF16, where m16n8k16 wants
// k = 2t, 2t + 1, 2t + 8, 2t + 9 a lane gives t, t + 4, t + 8, t + 12: one permutation of k for both operands, which a sum does not see.

// 16 rows from `row` on, 16 k.
INLINE void load_a(uint* high, uint* low, Shared s, int at, int row) {
  int lane = get_local_id(0) % 32;
  uint raw[8];
  row += lane % 16;
  ldmatrix_x4(raw, s, at + SPOT(row, lane / 16));
  ldmatrix_x4(raw + 4, s, at + SPOT(row, 2 + lane / 16));
#if PRECISION == 3
  for (int h = 0; h < 2; h++) {
    high[2 * h] = to_bf16x2(as_float(raw[4 * h]), as_float(raw[4 * h + 2]));
    high[2 * h + 1] = to_bf16x2(as_float(raw[4 * h + 1]), as_float(raw[4 * h + 3]));
  }
#else
  for (int i = 0; i < 8; i++) {
    high[i] = to_tf32(as_float(raw[i]));
#if PRECISION == 1
    low[i] = to_tf32(as_float(raw[i]) - as_float(high[i]));
#endif
  }
#endif
}

// 8 rows from `row` on, 16 k.
INLINE void load_b(uint* high, uint* low, Shared s, int at, int row) {
  int lane = get_local_id(0) % 32;
  uint raw[4];
  ldmatrix_x4(raw, s, at + SPOT(row + lane % 8, lane / 8));
#if PRECISION == 3
  high[0] = to_bf16x2(as_float(raw[0]), as_float(raw[1]));
  high[1] = to_bf16x2(as_float(raw[2]), as_float(raw[3]));
#else
  for (int i = 0; i < 4; i++) {
    high[i] = to_tf32(as_float(raw[i]));
#if PRECISION == 1
    low[i] = to_tf32(as_float(raw[i]) - as_float(high[i]));
#endif
  }
#endif
}

// c += a block of a times a block of b, over 16 k.
INLINE void multiply(float* c, const uint* aHigh, const uint* aLow, const uint* bHigh, const uint* bLow, Shared s) {
#if PRECISION == 3
  mma_bf16(c, aHigh, bHigh[0], bHigh[1], s);
#else
  for (int h = 0; h < 2; h++) {
#if PRECISION == 1
    mma_tf32(c, aLow + 4 * h, bHigh[2 * h], bHigh[2 * h + 1], s);
    mma_tf32(c, aHigh + 4 * h, bLow[2 * h], bLow[2 * h + 1], s);
#endif
    mma_tf32(c, aHigh + 4 * h, bHigh[2 * h], bHigh[2 * h + 1], s);
  }
#endif
}

#define CLEAR_BLOCK(u, v) c[u][v][0] = c[u][v][1] = c[u][v][2] = c[u][v][3] = 0;
#define CLEAR_ROW(u) N_BLOCKS(CLEAR_BLOCK, u)
#define LOAD_B(u, v) load_b(bHigh_[v], bLow_[v], shared, at_ + OPERAND, warpN + 8 * (v));
#define MULTIPLY_BLOCK(u, v) multiply(c[u][v], aHigh_, aLow_, bHigh_[v], bLow_[v], shared);
#define MULTIPLY_ROW(u) \
  load_a(aHigh_, aLow_, shared, at_, warpM + 16 * (u)); \
  N_BLOCKS(MULTIPLY_BLOCK, u)

// Declares local memory, adds up k in [kFrom, kTo) of the kernel's A and B, leaves the sums in c. One barrier a step: behind it the stage of the step
// before, which all warps have left, is filled again.
#define MULTIPLY(kFrom, kTo, alongA, alongB) \
  __local float tile_[STAGES * 2 * OPERAND] __attribute__((aligned(16))); \
  SHARED(tile_, STAGES * 2 * OPERAND) \
  int alongA_ = alongA; \
  int alongB_ = alongB; \
  float c[MT][NT][4]; \
  M_BLOCKS(CLEAR_ROW) \
  for (int s = 0; s < STAGES - 1; s++) { \
    FETCH(kFrom + s * STEP, s) \
  } \
  int steps_ = (kTo - kFrom + STEP - 1) / STEP; \
  for (int s = 0; s < steps_; s++) { \
    cp_wait(&copies, shared); \
    step_barrier(&shared); \
    FETCH(kFrom + (s + STAGES - 1) * STEP, (s + STAGES - 1) % STAGES) \
    int at_ = s % STAGES * 2 * OPERAND; \
    uint aHigh_[8]; \
    uint aLow_[8]; \
    uint bHigh_[NT][4]; \
    uint bLow_[NT][4]; \
    N_BLOCKS(LOAD_B, 0) \
    M_BLOCKS(MULTIPLY_ROW) \
  } \
  cp_wait_all(&copies, shared);

#define STORE_SUM(u, v, i) { \
    int m_ = m0 + warpM + 16 * (u) + lane / 4 + i / 2 * 8; \
    int n_ = n0 + warpN + 8 * (v) + lane % 4 * 2 + i % 2; \
    if (m_ < mEnd_ && n_ < nEnd_) { \
      Y(m_, n_, c[u][v][i]) \
    } \
  }
#define STORE_BLOCK(u, v) STORE_SUM(u, v, 0) STORE_SUM(u, v, 1) STORE_SUM(u, v, 2) STORE_SUM(u, v, 3)
#define STORE_ROW(u) N_BLOCKS(STORE_BLOCK, u)

// The kernel's Y(m, n, value) for the results of the item inside M x N.
#define RESULTS(M, N) { \
    int mEnd_ = M; \
    int nEnd_ = N; \
    M_BLOCKS(STORE_ROW) \
  }
