package dev.mien.training.data;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * Some samples of a source and how they become inputs: what a {@link DataLoader} loads.
 *
 * @param indices positions in {@link AgeSource#samples()}, in evaluation order
 * @param heightPx rows that the transform writes
 * @param widthPx columns that the transform writes
 * @param lastClass the last age class; older faces train as it
 */
public record AgeDataset(AgeSource source, int[] indices, SampleTransform transform, int heightPx, int widthPx, int lastClass)
    implements Batches<AgeBatch> {
  public AgeDataset {
    indices = indices.clone();
    if (heightPx < 1 || widthPx < 1 || lastClass < 0) {
      throw new MienException("[data] inputs of " + heightPx + " x " + widthPx + " pixels with the last class " + lastClass
          + "; expected positive sizes and a class from 0 up");
    }
    for (int index : indices) {
      if (index < 0 || index >= source.samples().size()) {
        throw new MienException("[data] sample " + index + " of " + source.samples().size() + " in " + source.name());
      }
    }
  }

  /**
   * All samples of one split, as square inputs.
   *
   * @throws MienException when the split is empty
   */
  public static AgeDataset of(AgeSource source, Split split, SampleTransform transform, int sizePx, int lastClass) {
    return new AgeDataset(source, source.required(split), transform, sizePx, sizePx, lastClass);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public AgeBatch batch(int[] members, IntFunction<Rng> rngs, BooleanSupplier stop) {
    int n = members.length;
    int stride = 3 * heightPx * widthPx;
    var images = new float[n * stride];
    var labels = new int[n];
    var ages = new float[n];
    var positions = new int[n];
    for (int i = 0; i < n; i++) {
      if (stop.getAsBoolean()) {
        return null;
      }
      positions[i] = indices[members[i]];
      var sample = source.samples().get(positions[i]);
      transform.apply(source.read(positions[i]), rngs.apply(i), images, i * stride);
      labels[i] = sample.label(lastClass);
      ages[i] = (float) sample.ageYears();
    }
    return new AgeBatch(HostTensor.of(images, n, 3, heightPx, widthPx),
        HostTensor.of(labels, n), ages, positions);
  }
}
