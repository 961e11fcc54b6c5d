package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How long is a step of SGD over all parameters of a network? */
public class OptimizerStep extends WorkBenchmark {
  @Param({
      "sgd_resnet18",
      "sgd_resnet50"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
