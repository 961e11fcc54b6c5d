package dev.mien.training.synthetic;

/**
 * Pose, framing, light and background of a picture.
 *
 * @param yaw turn in radians, positive to the right of the picture
 * @param pitch nod in radians, positive down
 * @param roll tilt in the picture plane in radians
 * @param zoom size of the head, 1 fills the picture
 * @param lightX direction of the key light in the camera's frame (x right, y down, z to the camera), a unit vector
 * @param key strength of the key light
 * @param fill strength of the even light from all sides
 */
public record Scene(double yaw, double pitch, double roll, double zoom, double shiftX, double shiftY, double lightX,
    double lightY, double lightZ, double key, double fill, LinearRgb keyColor, LinearRgb backTop, LinearRgb backBottom,
    double blobs, double place) {
  static Scene draw(Subject s) {
    double lx = 0.75 * s.mood("lightX");
    double ly = -0.55 + 0.35 * s.mood("lightY");
    double length = Math.sqrt(lx * lx + ly * ly + 1);
    double fill = 0.24 + 0.30 * s.chance("fill");
    double warm = 0.10 * s.mood("warmth");
    var hue = LinearRgb.display(0.2 + 0.8 * s.chance("backRed"), 0.2 + 0.8 * s.chance("backGreen"),
        0.2 + 0.8 * s.chance("backBlue"));
    var back = hue.greyed(0.55).times(0.12 + 0.88 * s.chance("backLight"));
    return new Scene(0.20 * s.mood("yaw"), 0.10 * s.mood("pitch"), 0.07 * s.mood("roll"), 0.98 + 0.05 * s.mood("zoom"),
        0.03 * s.mood("shiftX"), 0.03 * s.mood("shiftY"), lx / length, ly / length, 1 / length, 0.92 - 0.75 * (fill - 0.24), fill,
        new LinearRgb(1 + warm, 1, 1 - warm), back, back.times(0.4 + 0.5 * s.chance("backFall")), s.chance("backBlobs"),
        200 * s.chance("backPlace"));
  }

  /** The background at a point of the picture, both coordinates about -1..1. */
  LinearRgb background(double x, double y) {
    double form = Texture.noise(x * 1.7 + place, y * 1.7) + 0.5 * blobs * Texture.noise(x * 4 + place, y * 4 + 31);
    return backTop.mix(backBottom, Math.clamp((y + 1) / 2 + 0.25 * form, 0, 1)).times(1 + 0.45 * blobs * form);
  }
}
