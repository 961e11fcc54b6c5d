package dev.mien.training.synthetic;

/** Takes the picture: pose and framing as a smooth warp of the lit canvas, over the background, with 2 x 2 samples a pixel. */
final class Camera {
  /** Half the side of the picture in canvas units at zoom 1. */
  private static final double FIELD = 1.09;
  private static final double CENTRE_Y = -0.05;
  private static final int CELL = 4;

  private final int size;
  private final Canvas canvas;
  private final Lighting lighting;
  private final Scene scene;
  private final int nodes;
  private final double[] mapX;
  private final double[] mapY;

  Camera(int size, Canvas canvas, Lighting lighting, Scene scene) {
    this.size = size;
    this.canvas = canvas;
    this.lighting = lighting;
    this.scene = scene;
    this.nodes = (2 * size + CELL - 1) / CELL + 1;
    this.mapX = new double[nodes * nodes];
    this.mapY = new double[nodes * nodes];
  }

  /** Linear RGB, size * size * 3. */
  float[] take() {
    mapNodes();
    var picture = new float[3 * size * size];
    var sum = new double[4];
    for (int j = 0; j < size; j++) {
      for (int i = 0; i < size; i++) {
        java.util.Arrays.fill(sum, 0);
        for (int s = 0; s < 4; s++) {
          sample(2 * i + (s & 1), 2 * j + (s >> 1), sum);
        }
        double rest = 4 - sum[3];
        if (rest > 1e-6) {
          var back = scene.background(2.0 * i / size - 1, 2.0 * j / size - 1);
          sum[0] += rest * back.red();
          sum[1] += rest * back.green();
          sum[2] += rest * back.blue();
        }
        for (int c = 0; c < 3; c++) {
          picture[3 * (j * size + i) + c] = (float) (0.25 * sum[c]);
        }
      }
    }
    return picture;
  }

  private void mapNodes() {
    var pose = new Pose(scene);
    double cos = StrictMath.cos(scene.roll());
    double sin = StrictMath.sin(scene.roll());
    var point = new double[2];
    for (int b = 0; b < nodes; b++) {
      for (int a = 0; a < nodes; a++) {
        double x = ((a * CELL + 0.5) / size - 1) * FIELD / scene.zoom() - scene.shiftX();
        double y = ((b * CELL + 0.5) / size - 1) * FIELD / scene.zoom() - scene.shiftY();
        pose.find(canvas, lighting.smooth, x * cos + y * sin, -x * sin + y * cos + CENTRE_Y, point);
        mapX[b * nodes + a] = (point[0] + Canvas.HALF) / canvas.step - 0.5;
        mapY[b * nodes + a] = (point[1] + Canvas.HALF) / canvas.step - 0.5;
      }
    }
  }

  private void sample(int a, int b, double[] sum) {
    double ta = (double) (a % CELL) / CELL;
    double tb = (double) (b % CELL) / CELL;
    int node = b / CELL * nodes + a / CELL;
    double fx = Math.clamp(blend(mapX, node, ta, tb), 0, canvas.size - 1.001);
    double fy = Math.clamp(blend(mapY, node, ta, tb), 0, canvas.size - 1.001);
    int i = (int) fx;
    int j = (int) fy;
    double tx = fx - i;
    double ty = fy - j;
    int at = 4 * (j * canvas.size + i);
    int below = at + 4 * canvas.size;
    var lit = lighting.lit;
    double w00 = (1 - tx) * (1 - ty);
    double w10 = tx * (1 - ty);
    double w01 = (1 - tx) * ty;
    double w11 = tx * ty;
    for (int c = 0; c < 4; c++) {
      sum[c] += w00 * lit[at + c] + w10 * lit[at + 4 + c] + w01 * lit[below + c] + w11 * lit[below + 4 + c];
    }
  }

  private double blend(double[] map, int node, double ta, double tb) {
    double top = map[node] + (map[node + 1] - map[node]) * ta;
    double bottom = map[node + nodes] + (map[node + nodes + 1] - map[node + nodes]) * ta;
    return top + (bottom - top) * tb;
  }
}
