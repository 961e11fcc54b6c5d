// Products in the fragments of tensor cores: eight warps, two by four, share a tile, and each adds up 16 x 8 results at a time. Operands lie in
// local memory as rows along the sum, so that ldmatrix finds a register's words; two stages of them take turns.
//
// FRAGMENTS 1: the same arithmetic in plain C. Lanes trade their fragments through local memory by the mapping that PTX documents for mma, so
// layouts, borders and results can be proved on any device. 2: inline PTX (mma.sync, ldmatrix, cp.async), for NVIDIA's compiler from sm_80 on.

#if FRAGMENTS == 2 && !defined(__NV_CL_C_VERSION)
#error this compiler takes no inline PTX
#endif

#define STAGES 2
#define WARPS_N 4
#define WARP_M (TILE / 2)
#define WARP_N (TILE / WARPS_N)
#define FRAGMENTS_M (WARP_M / 16)
#define FRAGMENTS_N (WARP_N / 8)
// Words of a row that hold numbers of one stage (two numbers a word in BF16); a slice of 8 is what one mma adds up. Rows are padded so that the
// eight rows of an ldmatrix fall on different banks.
#define WORDS (PRECISION == 3 ? STEP / 2 : STEP)
#define PITCH (WORDS + 4)

#if FRAGMENTS == 2

inline void copy_async(__local uint* to, __global const float* from, int there) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" : : "l"(to), "l"(from), "r"(there ? 4 : 0) : "memory");
}
#define COPIES_END asm volatile("cp.async.commit_group;" : : : "memory");
#define COPIES_WAIT asm volatile("cp.async.wait_group 1;" : : : "memory");

// Lane i gives the address of row i % 8 of matrix i / 8, and gets word i % 4 of row i / 4 of each.
#define LOAD_MATRICES_4(r, rows, ADDRESS) \
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];" \
               : "=r"((r)[0]), "=r"((r)[1]), "=r"((r)[2]), "=r"((r)[3]) : "l"(rows + ADDRESS(lane)) : "memory");
#define LOAD_MATRICES_2(r, rows, ADDRESS) \
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];" \
               : "=r"((r)[0]), "=r"((r)[1]) : "l"(rows + ADDRESS(lane)) : "memory");

#if PRECISION == 3
#define MMA_NAME "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"
#else
#define MMA_NAME "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"
#endif
#define MMA(c, a, b) \
  asm volatile(MMA_NAME " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};" \
               : "+f"((c)[0]), "+f"((c)[1]), "+f"((c)[2]), "+f"((c)[3]) \
               : "r"((a)[0]), "r"((a)[1]), "r"((a)[2]), "r"((a)[3]), "r"((b)[0]), "r"((b)[1]));
#define TRADE
// Fragments live in registers, which have no index.
#define UNROLL _Pragma("unroll")

#else

inline void copy_async(__local uint* to, __global const float* from, int there) {
  *to = there ? as_uint(*from) : 0u;
}
#define COPIES_END
#define COPIES_WAIT

#define LOAD_MATRICES_4(r, rows, ADDRESS) \
  for (int j_ = 0; j_ < 4; j_++) { \
    (r)[j_] = (rows + ADDRESS(8 * j_ + lane / 4))[lane % 4]; \
  }
#define LOAD_MATRICES_2(r, rows, ADDRESS) \
  for (int j_ = 0; j_ < 2; j_++) { \
    (r)[j_] = (rows + ADDRESS(8 * j_ + lane / 4))[lane % 4]; \
  }

inline float add_word(uint x, uint y, float sum) {
#if PRECISION == 3
  sum = fma(as_float(x << 16), as_float(y << 16), sum);
  return fma(as_float(x & 0xffff0000u), as_float(y & 0xffff0000u), sum);
#else
  return fma(as_float(x), as_float(y), sum);
#endif
}

// Word k of row m of the left operand is register m / 8 + 2 (k / 4) of lane 4 (m % 8) + k % 4; of row n of the right one, register k / 4 of lane
// 4 n + k % 4; result (m, n) is number 2 (m / 8) + n % 2 of lane 4 (m % 8) + n / 2.
#define UNROLL
#define TRADE __local uint traded_[GROUP * 6];
#define MMA(c, a, b) { \
    for (int j_ = 0; j_ < 4; j_++) { \
      traded_[l * 6 + j_] = (a)[j_]; \
    } \
    traded_[l * 6 + 4] = (b)[0]; \
    traded_[l * 6 + 5] = (b)[1]; \
    barrier(CLK_LOCAL_MEM_FENCE); \
    __local uint* others_ = traded_ + (l - lane) * 6; \
    for (int j_ = 0; j_ < 4; j_++) { \
      int n_ = 2 * (lane % 4) + j_ % 2; \
      for (int k_ = 0; k_ < 8; k_++) { \
        uint x_ = others_[(lane / 4 * 4 + k_ % 4) * 6 + j_ / 2 + 2 * (k_ / 4)]; \
        uint y_ = others_[(4 * n_ + k_ % 4) * 6 + 4 + k_ / 4]; \
        (c)[j_] = add_word(x_, y_, (c)[j_]); \
      } \
    } \
    barrier(CLK_LOCAL_MEM_FENCE); \
  }

#endif

// Where lane i finds its row: four matrices are rows 0-7 and 8-15 of words 0-3, then of words 4-7; two are words 0-3 and 4-7 of eight rows.
#define ROWS_OF_A(i) (((i) % 8 + 8 * ((i) / 8 % 2)) * PITCH + 4 * ((i) / 16))
#define ROWS_OF_B(i) ((i) % 8 * PITCH + 4 * ((i) / 8 % 2))

#if PRECISION == 3
#define PUT(tile, k, row, there, from) \
  ((__local ushort*) (tile[(k0 - first_) / STEP % STAGES]))[(row) * 2 * PITCH + (k)] = (ushort) (as_uint(bf16((there) ? *(from) : 0.0f)) >> 16);
#else
#define PUT(tile, k, row, there, from) copy_async(tile[(k0 - first_) / STEP % STAGES] + (row) * PITCH + (k), from, there);
#endif

#if PRECISION == 1
// Each operand is split where it is in registers; the large products are added last, as in the plain kernels.
#define SPLIT(r, low, count) \
  UNROLL for (int j_ = 0; j_ < count; j_++) { \
    float v_ = as_float((r)[j_]); \
    float h_ = tf32(v_); \
    (low)[j_] = as_uint(tf32(v_ - h_)); \
    (r)[j_] = as_uint(h_); \
  }
#define ADD_FRAGMENTS(c, a, b, al, bl) \
  MMA(c, al, b) \
  MMA(c, a, bl) \
  MMA(c, a, b)
#elif PRECISION == 2
#define SPLIT(r, low, count) \
  UNROLL for (int j_ = 0; j_ < count; j_++) { \
    (r)[j_] = as_uint(tf32(as_float((r)[j_]))); \
  }
#define ADD_FRAGMENTS(c, a, b, al, bl) MMA(c, a, b)
#else
#define SPLIT(r, low, count)
#define ADD_FRAGMENTS(c, a, b, al, bl) MMA(c, a, b)
#endif

#define LOAD_STAGE(LOAD_A, LOAD_B) \
  for (int t = l; t < STEP * TILE; t += GROUP) { \
    LOAD_A(t, k0) \
    LOAD_B(t, k0) \
  } \
  COPIES_END

#define MULTIPLY(kFrom, kTo, LOAD_A, LOAD_B) \
  __local uint a_[STAGES][TILE * PITCH] __attribute__((aligned(16))); \
  __local uint b_[STAGES][TILE * PITCH] __attribute__((aligned(16))); \
  TRADE \
  int l = get_local_id(0); \
  int lane = l % 32; \
  int warpM = l / 32 / WARPS_N * WARP_M; \
  int warpN = l / 32 % WARPS_N * WARP_N; \
  int m0 = get_group_id(1) * TILE; \
  int n0 = get_group_id(0) * TILE; \
  int first_ = kFrom; \
  float c[FRAGMENTS_M * FRAGMENTS_N][4]; \
  UNROLL for (int u = 0; u < FRAGMENTS_M * FRAGMENTS_N; u++) { \
    c[u][0] = c[u][1] = c[u][2] = c[u][3] = 0; \
  } \
  { \
    int k0 = first_; \
    LOAD_STAGE(LOAD_A, LOAD_B) \
  } \
  for (int at_ = first_; at_ < kTo; at_ += STEP) { \
    { \
      int k0 = at_ + STEP; /* beyond the end zeros */ \
      LOAD_STAGE(LOAD_A, LOAD_B) \
    } \
    COPIES_WAIT \
    barrier(CLK_LOCAL_MEM_FENCE); \
    int stage_ = (at_ - first_) / STEP % STAGES; \
    UNROLL for (int s_ = 0; s_ < WORDS / 8; s_++) { \
      uint a[FRAGMENTS_M][4]; \
      uint b[FRAGMENTS_N][2]; \
      uint al[FRAGMENTS_M][4]; \
      uint bl[FRAGMENTS_N][2]; \
      UNROLL for (int u = 0; u < FRAGMENTS_M; u++) { \
        __local uint* rows_ = a_[stage_] + (warpM + 16 * u) * PITCH + 8 * s_; \
        LOAD_MATRICES_4(a[u], rows_, ROWS_OF_A) \
        SPLIT(a[u], al[u], 4) \
      } \
      UNROLL for (int v = 0; v < FRAGMENTS_N; v++) { \
        __local uint* rows_ = b_[stage_] + (warpN + 8 * v) * PITCH + 8 * s_; \
        LOAD_MATRICES_2(b[v], rows_, ROWS_OF_B) \
        SPLIT(b[v], bl[v], 2) \
      } \
      UNROLL for (int u = 0; u < FRAGMENTS_M; u++) { \
        UNROLL for (int v = 0; v < FRAGMENTS_N; v++) { \
          ADD_FRAGMENTS(c[u * FRAGMENTS_N + v], a[u], b[v], al[u], bl[v]) \
        } \
      } \
    } \
    barrier(CLK_LOCAL_MEM_FENCE); \
  }

#define RESULTS(M, N, STORE) \
  UNROLL for (int u = 0; u < FRAGMENTS_M; u++) { \
    UNROLL for (int v = 0; v < FRAGMENTS_N; v++) { \
      UNROLL for (int r_ = 0; r_ < 4; r_++) { \
        int m = m0 + warpM + 16 * u + lane / 4 + 8 * (r_ / 2); \
        int n = n0 + warpN + 8 * v + 2 * (lane % 4) + r_ % 2; \
        if (m < M && n < N) { \
          STORE(m, n, c[u * FRAGMENTS_N + v][r_]) \
        } \
      } \
    } \
  }
