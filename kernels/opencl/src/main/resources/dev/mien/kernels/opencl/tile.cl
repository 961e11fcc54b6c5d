// The tile of a product in plain C: a group of 256 items computes a square of results, EACH x EACH an item, through local memory in steps of 16
// along the sum, one chain of fused multiply-adds for each result. In the program "tensor", tensor.cl stands in its place.
//
// Options: EACH 2, 4 or 8. PRECISION 0: float32. 1: each operand split into two TF32 numbers, three products. 2: operands rounded to TF32.
// 3: operands rounded to BF16. Sums are float32 in all of them.

#define STEP 16
#define SIDE 16
#define TILE (SIDE * EACH)

#if PRECISION == 2
#define STAGED(v) tf32(v)
#elif PRECISION == 3
#define STAGED(v) bf16(v)
#else
#define STAGED(v) (v)
#endif

#if PRECISION == 1
#define ADD_PRODUCT(x, y, sum) { \
    float xh = tf32(x); \
    float yh = tf32(y); \
    sum = fma(tf32(x - xh), yh, sum); \
    sum = fma(xh, tf32(y - yh), sum); \
    sum = fma(xh, yh, sum); \
  }
#else
#define ADD_PRODUCT(x, y, sum) sum = fma(x, y, sum);
#endif

// What is done for each row of an item's results, written out: in a loop with an array PoCL computes a fifth as fast.
#define READ_ROW(u, k) float x##u = a_[k][row + u * SIDE];
#define ADD_ROW(u, v) ADD_PRODUCT(x##u, y, c[u][v])
#if EACH == 2
#define ROWS(F, i) F(0, i) F(1, i)
#elif EACH == 4
#define ROWS(F, i) F(0, i) F(1, i) F(2, i) F(3, i)
#else
#define ROWS(F, i) F(0, i) F(1, i) F(2, i) F(3, i) F(4, i) F(5, i) F(6, i) F(7, i)
#endif

// Where the item stands, and how many rows of an operand it loads in every step where rows lie side by side in memory: ROW_LOADED(slot).
#define ROWS_LOADED 1
#define ROW_LOADED(slot) (l % TILE)
#define PLACE \
  int l = get_local_id(0); \
  int m0 = get_group_id(1) * TILE; \
  int n0 = get_group_id(0) * TILE;

#define PUT_A(hit, from, at) a_[k_][r_] = STAGED(hit ? (from)[at] : 0.0f);
#define PUT_B(hit, from, at) b_[k_][r_] = STAGED(hit ? (from)[at] : 0.0f);

// Declares the tile, adds up k in [kFrom, kTo), leaves the sums in c. The kernel's macros A(PUT, k, m, slot) and B(PUT, k, n, slot) say PUT(inside,
// from, at) of an element, which is from[at] or, outside, 0; slot is the number of its row among those that the item loads. alongA and alongB:
// whether an operand's neighbours in memory are neighbours along k, or along m or n.
#define MULTIPLY(kFrom, kTo, alongA, alongB) \
  __local float a_[STEP][TILE + 1]; \
  __local float b_[STEP][TILE + 1]; \
  int row = l / SIDE; \
  int column = l % SIDE; \
  float c[EACH][EACH]; \
  for (int u = 0; u < EACH; u++) { \
    for (int v = 0; v < EACH; v++) { \
      c[u][v] = 0; \
    } \
  } \
  for (int k0 = kFrom; k0 < kTo; k0 += STEP) { \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = l; t < STEP * TILE; t += GROUP) { \
      { \
        int k_ = alongA ? t % STEP : t / TILE; \
        int r_ = alongA ? t / STEP : t % TILE; \
        A(PUT_A, (k0 + k_), (m0 + r_), 0) \
      } \
      { \
        int k_ = alongB ? t % STEP : t / TILE; \
        int r_ = alongB ? t / STEP : t % TILE; \
        B(PUT_B, (k0 + k_), (n0 + r_), 0) \
      } \
    } \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int k = 0; k < STEP; k++) { \
      ROWS(READ_ROW, k) \
      for (int v = 0; v < EACH; v++) { \
        float y = b_[k][column + v * SIDE]; \
        ROWS(ADD_ROW, v) \
      } \
    } \
  }

// The kernel's Y(m, n, value) for the results of the item inside M x N.
#define RESULTS(M, N) \
  for (int u = 0; u < EACH; u++) { \
    for (int v = 0; v < EACH; v++) { \
      int m = m0 + row + u * SIDE; \
      int n = n0 + column + v * SIDE; \
      if (m < M && n < N) { \
        Y(m, n, c[u][v]) \
      } \
    } \
  }
