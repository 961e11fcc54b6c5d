package dev.mien.models.agegender;

import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Joining;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.agegender.AgeGenderNet.Read;
import dev.mien.models.backbone.Recomputing;
import java.util.ArrayList;
import java.util.List;

/**
 * The networks of an ensemble while they learn side by side from the same pictures: member i's parameters are named {@code member<i>...}, and no
 * gradient passes from one to another. {@link AgeGenderEnsemble} makes one answer of theirs.
 */
public final class AgeGenderMembers extends Module implements Recomputing {
  private final List<AgeGenderNet> nets;

  /**
   * @param nets at least one, each with weights of its own
   * @throws MienException when they look at pictures of different sizes
   */
  public AgeGenderMembers(List<AgeGenderNet> nets) {
    this.nets = List.copyOf(nets);
    int side = nets.getFirst().inputSide();
    for (int i = 0; i < nets.size(); i++) {
      if (nets.get(i).inputSide() != side) {
        throw new MienException("[age-gender] networks that learn side by side look at pictures of one size: the first takes " + side + " pixels, number "
            + (i + 1) + " takes " + nets.get(i).inputSide() + "; train it by itself, and join them when they answer");
      }
      child("member" + i, nets.get(i));
    }
  }

  public List<AgeGenderNet> nets() {
    return nets;
  }

  /** Side of the square input in pixels, S. */
  public int inputSide() {
    return nets.getFirst().inputSide();
  }

  /** Each member's logits and features of pictures {@code [N, 3, S, S]}. */
  public List<Read> read(Tensor x, Context context) {
    return within(context, () -> {
      var read = new ArrayList<Read>();
      nets.forEach(net -> read.add(net.read(x, context)));
      return read;
    });
  }

  /** All members' logits side by side: {@code [N, 3, S, S] -> [N, sum of their outputs]}. */
  @Override
  protected Tensor apply(Tensor x, Context context) {
    return Joining.concat(1, nets.stream().map(net -> net.forward(x, context)).toArray(Tensor[]::new));
  }

  @Override
  public AgeGenderMembers recomputing(boolean on) {
    nets.forEach(net -> net.recomputing(on));
    return this;
  }

  @Override
  public AgeGenderMembers to(Device device) {
    super.to(device);
    return this;
  }
}
