package dev.mien.training.loop;

import dev.mien.engine.tensor.Tensor;
import java.util.List;

/**
 * What the forward pass of a batch came to.
 *
 * @param loss scalar, recorded
 * @param terms further values of the forward pass to be tallied
 * @param tally takes them over on the host, perhaps steps later; it must hold on to no picture
 */
public record StepLoss(Tensor loss, List<Tensor> terms, Tally tally) {
  /** Takes the figures of a batch whose step went well. */
  @FunctionalInterface
  public interface Tally {
    /** @param terms the values of each tensor of {@link StepLoss#terms} */
    void add(double loss, List<float[]> terms);
  }
}
