package dev.mien.training.loop;

import dev.mien.engine.plan.MemoryPlan;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.command.Console;
import java.util.Locale;

/**
 * The memory that a step of a training needs beside what the JVM may give. Bytes; the keys are those of {@code --json}.
 *
 * @param parameterBytes parameters and running statistics
 * @param optimizerBytes velocities and moments
 * @param averageBytes what else stays: the moving average of the weights, the network that is scored with it, rows of sampled identities
 * @param activationBytes inputs and results at the end of the forward pass
 * @param gradientBytes gradients of the parameters
 * @param peakBytes most that tensors hold at once
 * @param peakAt where that is
 * @param scratchBytes about how much working memory the kernels take
 * @param heapBytes how far the heap of this process may grow
 */
public record StepMemory(long parameterBytes, long optimizerBytes, long averageBytes, long activationBytes, long gradientBytes,
                         long peakBytes, String peakAt, long scratchBytes, long heapBytes) {
  /** Above this share of the heap there is no room left for pictures, copies for checkpoints and gaps between tensors. */
  private static final double COMFORT = 0.8;

  /**
   * What the words leave to the task.
   *
   * @param others what {@link #averageBytes} is there
   * @param remedies options that take less memory
   */
  public record Words(String others, String remedies) {}

  public static StepMemory of(MemoryPlan p) {
    return new StepMemory(p.parameterBytes(), p.optimizerBytes(), p.otherBytes(), p.activationBytes(), p.gradientBytes(), p.peakBytes(),
        p.peakAt(), p.scratchBytes(), Runtime.getRuntime().maxMemory());
  }

  public void print(Console console, Words words) {
    console.print("memory of a training step on the cpu, MiB");
    line(console, "parameters and running statistics", parameterBytes, "");
    line(console, "optimiser state", optimizerBytes, "");
    line(console, words.others, averageBytes, "");
    line(console, "activations after the forward pass", activationBytes, "");
    line(console, "gradients of the parameters", gradientBytes, "");
    line(console, "peak of all tensors", peakBytes, "  in the " + peakAt);
    line(console, "working memory of kernels, about", scratchBytes, "");
    line(console, "heap may grow to", heapBytes, "");
    if (exceeds()) {
      console.warn(shortage(words));
    } else if (isTight()) {
      console.warn(tightness(words));
    }
  }

  private static void line(Console console, String name, long bytes, String remark) {
    console.printf("  %-36s %8s%s", name, mebibytes(bytes), remark);
  }

  /**
   * Says before the first step what would end in the middle of it.
   *
   * @throws MienException when the tensors alone do not fit into the heap
   */
  public void check(Console console, Words words) {
    if (exceeds()) {
      throw new MienException(shortage(words));
    }
    if (isTight()) {
      console.warn(tightness(words));
    }
  }

  private boolean exceeds() {
    return peakBytes > heapBytes;
  }

  private boolean isTight() {
    return peakBytes + scratchBytes > COMFORT * heapBytes;
  }

  private String shortage(Words words) {
    return "the tensors of a step need " + mebibytes(peakBytes) + " MiB and the heap may grow to " + mebibytes(heapBytes) + " MiB: "
        + remedies(words);
  }

  private String tightness(Words words) {
    return "a step needs about " + mebibytes(peakBytes + scratchBytes) + " MiB of a heap of " + mebibytes(heapBytes)
        + " MiB, which leaves little for pictures and checkpoints; if it does not suffice, " + remedies(words);
  }

  private static String remedies(Words words) {
    return words.remedies + ", or give more heap with MIEN_JAVA_OPTIONS=-Xmx...";
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f", bytes / 1048576.0);
  }
}
