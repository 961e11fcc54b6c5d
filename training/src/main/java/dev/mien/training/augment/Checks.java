package dev.mien.training.augment;

/** The checks that the steps share. */
final class Checks {
  private Checks() {}

  static void probability(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("a probability lies in [0, 1], got " + value);
    }
  }

  static void range(String what, double low, double high, double atLeast, double atMost) {
    if (!(low >= atLeast && low <= high && high <= atMost)) {
      throw new IllegalArgumentException(
          what + " must be a range within [" + atLeast + ", " + atMost + "], got " + low + " to " + high);
    }
  }

  static void side(int side) {
    if (side < 1 || side > 16_384) {
      throw new IllegalArgumentException("a side must be 1 to 16384 pixels, got " + side);
    }
  }
}
