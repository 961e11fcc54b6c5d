package dev.mien.training.facedata;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.training.data.Batches;
import dev.mien.training.data.SampleTransform;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** The pictures to learn from and how they become inputs. */
public final class FaceDataset implements Batches<FaceBatch> {
  private final FaceSource source;
  private final List<FaceSample> samples;
  private final SampleTransform transform;
  private final int sidePx;

  public FaceDataset(FaceSource source, SampleTransform transform, int sidePx) {
    this.source = source;
    this.samples = source.samples();
    this.transform = transform;
    this.sidePx = sidePx;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public FaceBatch batch(int[] members, IntFunction<Rng> rngs, BooleanSupplier stop) {
    int stride = 3 * sidePx * sidePx;
    var images = new float[members.length * stride];
    var labels = new int[members.length];
    for (int i = 0; i < members.length; i++) {
      if (stop.getAsBoolean()) {
        return null;
      }
      transform.apply(source.read(members[i]), rngs.apply(i), images, i * stride);
      labels[i] = samples.get(members[i]).identity();
    }
    return new FaceBatch(HostTensor.of(images, members.length, 3, sidePx, sidePx), labels);
  }
}
