package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How fast are batch norm, PReLU and addition with ReLU, on the first stage of ResNet-50? */
public class PixelKernels extends WorkBenchmark {
  @Param({
      "bnfwd_train",
      "bnfwdbwd_train",
      "bnreluadd_fwdbwd",
      "prelufwd",
      "prelufwdbwd",
      "addrelufwd"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
