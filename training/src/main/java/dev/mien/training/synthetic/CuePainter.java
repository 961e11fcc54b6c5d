package dev.mien.training.synthetic;

import java.util.EnumMap;
import java.util.Map;

/**
 * Finds where the cues of a face are seen: a face is painted with and without each, and what differs is seen through the camera of the
 * whole face, so a wrinkle under hair is no cue and a turned head turns its masks.
 */
final class CuePainter {
  /** Linear light, summed over the colours, from which a texel is another. */
  private static final float LEAST_CHANGE = 0.012f;
  private static final float LEAST_COVER = 0.1f;

  private CuePainter() {}

  static Map<Cue, CueMask> masks(Subject subject, FaceParameters face, int side) {
    int texels = Renderer.texels(side);
    var whole = new Canvas(texels);
    Renderer.paint(whole, subject, face);
    var lighting = new Lighting(whole);
    var found = new EnumMap<Cue, CueMask>(Cue.class);
    for (var cue : Cue.values()) {
      var without = new Canvas(texels);
      Renderer.paintWithout(cue, without, subject, face);
      for (int at = 0; at < texels * texels; at++) {
        float shown = differs(whole, without, at) ? 1 : 0;
        lighting.lit[4 * at] = shown;
        lighting.lit[4 * at + 3] = 1; // opaque, so that no background shines through
      }
      float[] picture = new Camera(side, whole, lighting, face.scene()).take();
      var cover = new float[side * side];
      for (int at = 0; at < cover.length; at++) {
        cover[at] = Math.clamp(picture[3 * at], 0, 1);
      }
      found.put(cue, new CueMask(side, cover));
    }
    return found;
  }

  private static boolean differs(Canvas a, Canvas b, int at) {
    return Math.abs(a.red[at] - b.red[at]) + Math.abs(a.green[at] - b.green[at]) + Math.abs(a.blue[at] - b.blue[at]) > LEAST_CHANGE
        || Math.abs(a.cover[at] - b.cover[at]) > LEAST_COVER;
  }
}
