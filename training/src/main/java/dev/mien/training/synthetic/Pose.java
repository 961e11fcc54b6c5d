package dev.mien.training.synthetic;

/** The head's turn about its middle: yaw about the vertical, then pitch about the horizontal; roll belongs to the camera. */
final class Pose {
  /** The middle of the head lies this far behind its front's zero plane. */
  private static final double AXIS = 0.15;

  private final double yawSin;
  private final double yawCos;
  private final double pitchSin;
  private final double pitchCos;

  Pose(Scene scene) {
    yawSin = StrictMath.sin(scene.yaw());
    yawCos = StrictMath.cos(scene.yaw());
    pitchSin = StrictMath.sin(scene.pitch());
    pitchCos = StrictMath.cos(scene.pitch());
  }

  /** A direction of the camera's frame in the head's frame. */
  double[] toHead(double x, double y, double z) {
    double y1 = y * pitchCos - z * pitchSin;
    double z1 = y * pitchSin + z * pitchCos;
    return new double[] {x * yawCos - z1 * yawSin, y1, x * yawSin + z1 * yawCos};
  }

  /** Finds the canvas point seen at a point of the picture plane, by fixed-point steps on the smoothed heights. */
  void find(Canvas canvas, float[] smooth, double x, double y, double[] point) {
    double u = x;
    double v = y;
    for (int k = 0; k < 6; k++) {
      double z = height(canvas, smooth, u, v) - AXIS;
      double nextU = (x - z * yawSin) / yawCos;
      double z1 = -nextU * yawSin + z * yawCos;
      double nextV = (y - z1 * pitchSin) / pitchCos;
      u += 0.8 * (nextU - u);
      v += 0.8 * (nextV - v);
    }
    point[0] = u;
    point[1] = v;
  }

  private static double height(Canvas canvas, float[] smooth, double x, double y) {
    double fx = Math.clamp((x + Canvas.HALF) / canvas.step - 0.5, 0, canvas.size - 1.001);
    double fy = Math.clamp((y + Canvas.HALF) / canvas.step - 0.5, 0, canvas.size - 1.001);
    int i = (int) fx;
    int j = (int) fy;
    double tx = fx - i;
    double ty = fy - j;
    int at = j * canvas.size + i;
    double top = smooth[at] + (smooth[at + 1] - smooth[at]) * tx;
    double bottom = smooth[at + canvas.size] + (smooth[at + canvas.size + 1] - smooth[at + canvas.size]) * tx;
    return top + (bottom - top) * ty;
  }
}
