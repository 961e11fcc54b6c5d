package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How fast is the maximum pool of a ResNet stem? */
public class Pooling extends WorkBenchmark {
  @Param({
      "maxpoolfwd_3x3s2_64@112",
      "maxpoolfwdbwd_3x3s2_64@112"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
