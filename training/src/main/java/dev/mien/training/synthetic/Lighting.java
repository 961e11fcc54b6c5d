package dev.mien.training.synthetic;

/**
 * Lights a painted canvas: wrapped Lambert with red bleeding into the shade as in skin, a sky term, Blinn gloss, occlusion in
 * hollows and the key light's shadow, all from the height field.
 */
final class Lighting {
  private final Canvas canvas;
  /** The height field without wrinkles: what pose moves pixels by. */
  final float[] smooth;
  /** Lit colour and coverage, four numbers a texel, colour multiplied by coverage. */
  final float[] lit;

  Lighting(Canvas canvas) {
    this.canvas = canvas;
    this.smooth = canvas.height.clone();
    this.lit = new float[4 * canvas.size * canvas.size];
    int radius = Math.max(1, (int) (0.055 / canvas.step));
    var line = new float[canvas.size];
    for (int pass = 0; pass < 2; pass++) {
      blur(smooth, radius, line);
    }
  }

  private void blur(float[] field, int radius, float[] line) {
    int n = canvas.size;
    for (int j = 0; j < n; j++) {
      blurLine(field, j * n, 1, radius, line);
    }
    for (int i = 0; i < n; i++) {
      blurLine(field, i, n, radius, line);
    }
  }

  private void blurLine(float[] field, int start, int stride, int radius, float[] line) {
    int n = canvas.size;
    double sum = (double) field[start] * (radius + 1);
    for (int k = 0; k < radius; k++) {
      sum += field[start + Math.min(k, n - 1) * stride];
    }
    double scale = 1.0 / (2 * radius + 1);
    for (int k = 0; k < n; k++) {
      sum += field[start + Math.min(k + radius, n - 1) * stride];
      line[k] = (float) (sum * scale);
      sum -= field[start + Math.max(k - radius, 0) * stride];
    }
    for (int k = 0; k < n; k++) {
      field[start + k * stride] = line[k];
    }
  }

  /** Fills {@link #lit}; the light turns with the head's pose. */
  void light(Scene scene) {
    var pose = new Pose(scene);
    double[] key = pose.toHead(scene.lightX(), scene.lightY(), scene.lightZ());
    double[] view = pose.toHead(0, 0, 1);
    double hx = key[0] + view[0];
    double hy = key[1] + view[1];
    double hz = key[2] + view[2];
    double h = 1 / Math.sqrt(hx * hx + hy * hy + hz * hz);
    double[] half = {hx * h, hy * h, hz * h};
    int n = canvas.size;
    for (int j = 1; j < n - 1; j++) {
      for (int i = 1; i < n - 1; i++) {
        int at = j * n + i;
        if (canvas.cover[at] > 0) {
          light(at, i, j, key, half, scene);
        }
      }
    }
  }

  private void light(int at, int i, int j, double[] key, double[] half, Scene scene) {
    int n = canvas.size;
    var height = canvas.height;
    double slope = 0.5 / canvas.step;
    double nx = -soft((height[at + 1] - height[at - 1]) * slope);
    double ny = -soft((height[at + n] - height[at - n]) * slope);
    double nz = 1 / Math.sqrt(nx * nx + ny * ny + 1);
    nx *= nz;
    ny *= nz;
    double facing = nx * key[0] + ny * key[1] + nz * key[2];
    double hollow = height[at] - smooth[at];
    double occlusion = Math.clamp(1 + (hollow < 0 ? 4.2 * hollow : 1.0 * hollow), 0.45, 1.12);
    double open = facing > -0.3 ? 1 - 0.65 * shadow(at, i, j, key) : 1;
    double strength = scene.key() * open;
    double sky = scene.fill() * (0.72 - 0.28 * ny) * occlusion;
    double shine = nx * half[0] + ny * half[1] + nz * half[2];
    double gloss = 0;
    if (shine > 0.7) {
      double s2 = shine * shine;
      double s4 = s2 * s2;
      double s8 = s4 * s4;
      gloss = canvas.gloss[at] * s8 * s8 * 0.30 * strength;
    }
    var tone = scene.keyColor();
    double cover = canvas.cover[at];
    double direct = strength * (0.35 + 0.65 * occlusion);
    lit[4 * at] = (float) (cover * (canvas.red[at] * (direct * wrap(facing, 0.38) * tone.red() + sky) + gloss));
    lit[4 * at + 1] = (float) (cover * (canvas.green[at] * (direct * wrap(facing, 0.22) * tone.green() + sky) + gloss));
    lit[4 * at + 2] = (float) (cover * (canvas.blue[at] * (direct * wrap(facing, 0.18) * tone.blue() + sky) + gloss));
    lit[4 * at + 3] = (float) cover;
  }

  /** Keeps cliffs between layers from turning black or white. */
  private static double soft(double slope) {
    return slope / (1 + 0.22 * Math.abs(slope));
  }

  private static double wrap(double facing, double wrap) {
    return Math.max(0, (facing + wrap) / (1 + wrap));
  }

  /** Share of the key light that higher forms towards it take away: three steps over the smoothed heights. */
  private double shadow(int at, int i, int j, double[] key) {
    int n = canvas.size;
    double rise = key[2];
    double most = 0;
    for (int k = 1; k <= 3; k++) {
      double length = 0.085 * k;
      int x = i + (int) Math.rint(key[0] * length / canvas.step);
      int y = j + (int) Math.rint(key[1] * length / canvas.step);
      if (x < 0 || y < 0 || x >= n || y >= n) {
        break;
      }
      double above = smooth[y * n + x] - smooth[at] - rise * length;
      most = Math.max(most, above * (9 - k));
    }
    return Math.min(1, most);
  }
}
