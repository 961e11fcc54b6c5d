package dev.mien.models.image;

/** What lies outside a picture that is warped. */
public enum Border {
  /** Black, blended in at the edge, as OpenCV and torchvision have it by default. */
  BLACK,
  /** The nearest pixel of the edge, on and on. */
  REPLICATE,
  /** The picture mirrored at its edge, the edge pixel twice: {@code c b a | a b c}. */
  REFLECT;

  /** The index inside [0, size) that stands for {@code i}, or -1 for black. */
  int inside(int i, int size) {
    if (i >= 0 && i < size) {
      return i;
    }
    return switch (this) {
      case BLACK -> -1;
      case REPLICATE -> i < 0 ? 0 : size - 1;
      case REFLECT -> {
        int folded = Math.floorMod(i, 2 * size);
        yield folded < size ? folded : 2 * size - 1 - folded;
      }
    };
  }
}
