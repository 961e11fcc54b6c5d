package dev.mien.models.explain;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.ops.Resize;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.backbone.AttributeNet;
import dev.mien.models.backbone.AttributeNet.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Heat maps of what an {@link AttributeNet} saw: of its attention masks, and of the class that was told (Selvaraju et al. 2017, "Grad-CAM:
 * Visual Explanations from Deep Networks via Gradient-based Localization", Eq. 1-2):
 *
 * <pre>
 *   alpha_c = (1/hw) sum_ij dy / dA_cij          L = relu(sum_c alpha_c A_c)
 * </pre>
 *
 * with y the score and A the last feature map. Every map is brought to the input's size bilinearly and then stretched to 0..1.
 */
public final class Explanations {
  private Explanations() {}

  /**
   * A soft mask, averaged over its channels, of each picture of the batch.
   *
   * @param side of the square input in pixels
   */
  public static List<Heatmap> attention(Mask mask, int side) {
    return maps(Reductions.mean(mask.values().detached(), 1), side);
  }

  /**
   * Grad-CAM of each picture of the batch. Walks the tape, so the pass's other tensors are gone afterwards.
   *
   * @param attended of a recorded pass in eval mode ({@code Context.evalRecorded()})
   * @param score scalar: the sum over the batch of each picture's score, on the same tape
   * @param side of the square input in pixels
   */
  public static List<Heatmap> gradCam(AttributeNet.Attended attended, Tensor score, int side) {
    var map = attended.map();
    var seen = map.detached();
    var slope = score.backward(map).of(map);
    var alpha = Reductions.mean(slope, 2, 3);
    return maps(Elementwise.relu(Reductions.sum(Arithmetic.multiply(seen, alpha), 1)), side);
  }

  /** Planes {@code [N, 1, h, w]}. */
  private static List<Heatmap> maps(Tensor planes, int side) {
    int n = planes.shape().dim(0);
    float[] values = Resize.resizeBilinear(Layouts.image(planes), side, side, false).download().floats();
    var found = new ArrayList<Heatmap>(n);
    for (int i = 0; i < n; i++) {
      found.add(Heatmap.stretched(side, side, Arrays.copyOfRange(values, i * side * side, (i + 1) * side * side)));
    }
    return found;
  }
}
