package dev.mien.kernels.simd;

/** Arguments of one call of {@link WinogradTransforms}. One object per task, refilled for every call; its memory is leased. */
final class WinogradTile implements AutoCloseable {
  private static final int PIXELS = 36 * 16;

  float[] from;
  int at;
  int fromStep;
  float[] to;
  int base;
  int toStep;
  /** Holds what lies between the map on columns and the one on rows from {@link #middle} on, and 16 floats from {@link #bias} on. */
  final float[] temporary;
  final int middle;
  final int bias;
  /** Room in {@link #temporary} for a tile that reaches over the border of its image. */
  final int patch;
  private final Scratch.Lease lease;

  WinogradTile(Scratch scratch) {
    lease = scratch.lease(2 * PIXELS + 16);
    temporary = lease.array;
    middle = lease.offset;
    patch = middle + PIXELS;
    bias = patch + PIXELS;
  }

  void from(float[] array, int first, int step) {
    from = array;
    at = first;
    fromStep = step;
  }

  void to(float[] array, int first, int step) {
    to = array;
    base = first;
    toStep = step;
  }

  @Override
  public void close() {
    lease.close();
  }
}
