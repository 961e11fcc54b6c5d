package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** How long does a network take to infer a batch, from images to outputs in host memory? */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 8)
@Measurement(iterations = 5, time = 6)
public class ModelInference extends WorkBenchmark {
  @Param({
      "resnet18_infer_b1",
      "resnet18_infer_b8",
      "resnet50_infer_b1",
      "resnet50_infer_b8",
      "ir50_infer_b8",
      "ir50_infer_b16"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
