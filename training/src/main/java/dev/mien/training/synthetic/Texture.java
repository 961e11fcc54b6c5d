package dev.mien.training.synthetic;

import dev.mien.engine.random.Rng;

/** Smooth value noise on one fixed lattice of 256 x 256 random numbers; features read it at offsets of their own. */
final class Texture {
  private static final int SIDE = 256;
  private static final float[] LATTICE = lattice();

  private Texture() {}

  private static float[] lattice() {
    var rng = Rng.seed(0x6D69656EL);
    var values = new float[SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * rng.uniform(i) - 1;
    }
    return values;
  }

  /** Noise in [-1, 1] with features of size 1. */
  static double noise(double x, double y) {
    double fx = Math.floor(x);
    double fy = Math.floor(y);
    double tx = x - fx;
    double ty = y - fy;
    tx = tx * tx * (3 - 2 * tx);
    ty = ty * ty * (3 - 2 * ty);
    int x0 = (int) fx & SIDE - 1;
    int x1 = x0 + 1 & SIDE - 1;
    int y0 = ((int) fy & SIDE - 1) * SIDE;
    int y1 = y0 + SIDE & SIDE * SIDE - 1;
    double top = LATTICE[y0 + x0] + (LATTICE[y0 + x1] - LATTICE[y0 + x0]) * tx;
    double bottom = LATTICE[y1 + x0] + (LATTICE[y1 + x1] - LATTICE[y1 + x0]) * tx;
    return top + (bottom - top) * ty;
  }
}
