package dev.mien.models.backbone;

import dev.mien.engine.nn.Module;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Tensor;
import java.util.List;

/** A network that turns pictures of faces {@code [N, 3, S, S]} into features {@code [N, D]} on which heads tell attributes, and shows where it looked. */
public abstract class AttributeNet extends Module implements Recomputing {
  /**
   * A soft mask of an attention module.
   *
   * @param name the module's name
   * @param values {@code [N, C, h, w]} in (0, 1)
   */
  public record Mask(String name, Tensor values) {}

  /**
   * What a network saw.
   *
   * @param features {@code [N, D]}
   * @param map the last feature map {@code [N, C, h, w]}, before it is pooled
   * @param masks of the attention modules, first to last; empty without any
   */
  public record Attended(Tensor features, Tensor map, List<Mask> masks) {
    public Attended {
      masks = List.copyOf(masks);
    }
  }

  /** Features with what they were made of. */
  public abstract Attended attend(Tensor x, Context context);

  /** Features of a face, D. */
  public abstract int features();

  /** Side of the square input in pixels, S. */
  public abstract int inputSide();

  @Override
  public abstract AttributeNet recomputing(boolean on);

  @Override
  public AttributeNet to(Device device) {
    super.to(device);
    return this;
  }
}
