package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** How long is a training step: forward, cross entropy, backward, SGD with momentum? */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 8)
@Measurement(iterations = 5, time = 6)
public class ModelTraining extends WorkBenchmark {
  @Param({
      "resnet18_train_b8",
      "resnet50_train_b8",
      "ir50_train_b16"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
