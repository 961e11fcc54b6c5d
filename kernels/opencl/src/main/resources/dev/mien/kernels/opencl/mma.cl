// The instructions of NVIDIA's tensor cores that tensor.cl is written in, for a warp of 32 items. With NV_SM (the compute capability times ten)
// they are PTX; otherwise EMULATE gives them in plain C, for tests: fragments are exchanged through local memory as the PTX ISA spreads
// them over the lanes, with g = lane / 4 and t = lane % 4:
//   m16n8k8 .tf32    a0 (g, t), a1 (g + 8, t), a2 (g, t + 4), a3 (g + 8, t + 4); b0 (t, g), b1 (t + 4, g)
//   m16n8k16 .bf16   a0 (g, 2t and 2t + 1), a1 (g + 8, same), a2 (g, 2t + 8 and 2t + 9), a3 (g + 8, same); b0 (2t and 2t + 1, g), b1 (2t + 8 and 2t + 9, g)
//   sums of both     c0 (g, 2t), c1 (g, 2t + 1), c2 (g + 8, 2t), c3 (g + 8, 2t + 1)
//   ldmatrix .x4     lane 8 j + i says where row i of matrix j lies; a lane gets word t of row g of each
// All items of a group must come by all of them, since the emulation has barriers.
//
// Since these barriers would hide that the kernel's own is missing, the emulation counts the kernel's (step_barrier) and looks, for each word of
// local memory, whether one lies between a copy and a read by another warp, and between that read and the next copy; a word where none does becomes NaN.
//
// EMULATE 1: copies happen when they are asked for, the earliest that cp.async may be. 2: when they are waited for, the latest.
// Errors to be found, with EMULATE: BREAK, a wrong layout; UNROUNDED, operands cut off in place of rounded; HASTY, a wait for one group too few;
// LOOSE, a barrier that is missing.

// Stages of local memory that copies fill in turn, and how many copies an item starts for each.
#define STAGES 3
#define COPIES (2 * EACH)

#ifdef NV_SM
// What addresses count from, floats of local memory, and the copies on their way.
typedef struct {
  __local float* tile;
} Shared;

typedef struct {
  int none;
} Copies;

#define SHARED(floats, count) \
  Shared shared = {floats}; \
  Copies copies = {0};

INLINE void step_barrier(Shared* s) {
  barrier(CLK_LOCAL_MEM_FENCE);
}

INLINE uint shared_address(Shared s, int at) {
  return (uint) (size_t) (s.tile + at);
}

// Starts tile[at] = hit ? *from : 0; `from` is an address that may be read in any case.
INLINE void cp_async(Copies* c, Shared s, int at, int hit, __global const float* from) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" : : "r"(shared_address(s, at)), "l"(from), "r"(hit ? 4 : 0) : "memory");
}

INLINE void cp_commit(Copies* c) {
  asm volatile("cp.async.commit_group;" : : : "memory");
}

// Waits until all groups but the last STAGES - 2 are there.
INLINE void cp_wait(Copies* c, Shared s) {
  asm volatile("cp.async.wait_group %0;" : : "n"(STAGES - 2) : "memory");
}

INLINE void cp_wait_all(Copies* c, Shared s) {
  asm volatile("cp.async.wait_all;" : : : "memory");
}

INLINE void ldmatrix_x4(uint* r, Shared s, int at) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(shared_address(s, at)) : "memory");
}

INLINE uint to_tf32(float v) {
  uint r;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(r) : "f"(v));
  return r;
}

INLINE uint to_bf16x2(float low, float high) {
  uint r;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(r) : "f"(high), "f"(low));
  return r;
}

INLINE void mma_tf32(float* c, const uint* a, uint b0, uint b1, Shared s) {
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

INLINE void mma_bf16(float* c, const uint* a, uint b0, uint b1, Shared s) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

#else
typedef struct {
  __local float* tile;
  __local uint* exchange;
  __local int* written; // of each word: 8 times the kernel's barriers before the copy, and the warp that copied
  __local int* read;    // the kernel's barriers before the last read by another warp
  int barriers;
} Shared;

// A ring of groups, COPIES copies in each.
typedef struct {
  int issued, committed, done;
  int at[STAGES][COPIES];
  __global const float* from[STAGES][COPIES];
} Copies;

#define SHARED(floats, count) \
  __local uint exchange_[6 * GROUP]; \
  __local int written_[count]; \
  __local int read_[count]; \
  for (int i = get_local_id(0); i < count; i += GROUP) { \
    written_[i] = read_[i] = -8; \
  } \
  barrier(CLK_LOCAL_MEM_FENCE); \
  Shared shared = {floats, exchange_, written_, read_, 0}; \
  Copies copies; \
  copies.issued = copies.committed = copies.done = 0;

INLINE void step_barrier(Shared* s) {
#ifndef LOOSE
  s->barriers++;
#endif
  barrier(CLK_LOCAL_MEM_FENCE);
}

INLINE void copy_word(Shared s, int at, float value) {
  s.tile[at] = s.read[at] < s.barriers ? value : NAN;
  s.written[at] = 8 * s.barriers + get_local_id(0) / 32;
}

INLINE uint read_word(Shared s, int at) {
  int written = s.written[at];
  if (written % 8 == get_local_id(0) / 32) {
    return as_uint(s.tile[at]);
  }
  atomic_max(s.read + at, s.barriers);
  return as_uint(written / 8 < s.barriers ? s.tile[at] : NAN);
}

INLINE void cp_async(Copies* c, Shared s, int at, int hit, __global const float* from) {
#if EMULATE == 1
  copy_word(s, at, hit ? *from : 0.0f);
#else
  int group = c->committed % STAGES;
  c->at[group][c->issued] = at;
  c->from[group][c->issued] = hit ? from : 0;
  c->issued++;
#endif
}

INLINE void cp_commit(Copies* c) {
  c->issued = 0;
  c->committed++;
}

INLINE void cp_finish(Copies* c, Shared s, int left) {
#if EMULATE == 2
  for (; c->done < c->committed - left; c->done++) {
    int group = c->done % STAGES;
    for (int i = 0; i < COPIES; i++) {
      __global const float* from = c->from[group][i];
      copy_word(s, c->at[group][i], from != 0 ? *from : 0.0f);
    }
  }
#endif
}

INLINE void cp_wait(Copies* c, Shared s) {
#ifdef HASTY
  cp_finish(c, s, STAGES - 1);
#else
  cp_finish(c, s, STAGES - 2);
#endif
}

INLINE void cp_wait_all(Copies* c, Shared s) {
  cp_finish(c, s, 0);
}

INLINE void ldmatrix_x4(uint* r, Shared s, int at) {
  int l = get_local_id(0);
  int lane = l % 32;
  s.exchange[l] = at;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int j = 0; j < 4; j++) {
    r[j] = read_word(s, s.exchange[l - lane + 8 * j + lane / 4] + lane % 4);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

INLINE uint to_tf32(float v) {
#ifdef UNROUNDED
  return as_uint(v);
#else
  return as_uint(tf32(v));
#endif
}

INLINE uint to_bf16x2(float low, float high) {
  return as_uint(bf16(low)) >> 16 | (as_uint(bf16(high)) & 0xffff0000u);
}

INLINE void share_fragments(const uint* a, uint b0, uint b1, Shared s) {
  __local uint* mine = s.exchange + 6 * get_local_id(0);
  for (int i = 0; i < 4; i++) {
    mine[i] = a[i];
  }
  mine[4] = b0;
  mine[5] = b1;
  barrier(CLK_LOCAL_MEM_FENCE);
}

// The tensor core reads the upper 19 bits of a TF32 operand.
#define TF32_BITS 0xffffe000u
#ifdef BREAK
#define ROW_STEP 4
#else
#define ROW_STEP 8
#endif

INLINE void mma_tf32(float* c, const uint* a, uint b0, uint b1, Shared s) {
  int l = get_local_id(0);
  int g = l % 32 / 4;
  int t = l % 4;
  __local const uint* warp = s.exchange + 6 * (l - l % 32);
  share_fragments(a, b0, b1, s);
  for (int i = 0; i < 4; i++) {
    int row = g + i / 2 * ROW_STEP;
    int column = 2 * t + i % 2;
    for (int k = 0; k < 8; k++) {
      uint x = warp[6 * (row % 8 * 4 + k % 4) + row / 8 + k / 4 * 2];
      uint y = warp[6 * (column * 4 + k % 4) + 4 + k / 4];
      c[i] = fma(as_float(x & TF32_BITS), as_float(y & TF32_BITS), c[i]);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

INLINE void mma_bf16(float* c, const uint* a, uint b0, uint b1, Shared s) {
  int l = get_local_id(0);
  int g = l % 32 / 4;
  int t = l % 4;
  __local const uint* warp = s.exchange + 6 * (l - l % 32);
  share_fragments(a, b0, b1, s);
  for (int i = 0; i < 4; i++) {
    int row = g + i / 2 * ROW_STEP;
    int column = 2 * t + i % 2;
    for (int k = 0; k < 16; k++) {
      int from = k % 8 / 2;
      int up = 16 * (1 - k % 2);
      uint x = warp[6 * (row % 8 * 4 + from) + row / 8 + k / 8 * 2];
      uint y = warp[6 * (column * 4 + from) + 4 + k / 8];
      c[i] = fma(as_float(x << up & 0xffff0000u), as_float(y << up & 0xffff0000u), c[i]);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}
#endif
