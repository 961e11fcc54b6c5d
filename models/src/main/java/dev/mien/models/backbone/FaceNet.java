package dev.mien.models.backbone;

import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Norms;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Tensor;

/**
 * A network that turns pictures of faces {@code [N, 3, S, S]} into features {@code [N, D]}, whose direction tells who it is and whose length
 * how well the picture shows it.
 */
public abstract class FaceNet extends Module {
  /** Below this a length is no divisor. */
  private static final double SHORTEST = 1e-12;

  /** Features of a face, D. */
  public abstract int features();

  /** Side of the square input in pixels, S. */
  public abstract int inputSide();

  /**
   * A face's features as the losses and the galleries read them.
   *
   * @param direction features of length 1, {@code [N, D]}
   * @param norm their length before, {@code [N]}
   */
  public record Embedding(Tensor direction, Tensor norm) {}

  /** {@code direction = z / max(|z|, 1e-12), norm = |z|} of the features z that {@link #forward} gives. */
  public final Embedding embed(Tensor x, Context context) {
    return embedding(forward(x, context));
  }

  /** The same of features {@code [N, D]} that are there already. */
  public static Embedding embedding(Tensor z) {
    var norm = Norms.l2Norm(z);
    var divisor = Layouts.reshape(Elementwise.clamp(norm, SHORTEST, Double.MAX_VALUE), z.shape().dim(0), 1);
    return new Embedding(Arithmetic.divide(z, divisor), norm);
  }

  @Override
  public FaceNet to(Device device) {
    super.to(device);
    return this;
  }
}
