package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How fast are softmax with cross entropy and the top-K residue entropy, forward and with the gradient? */
public class RowLosses extends WorkBenchmark {
  @Param({
      "cefwd_256x101",
      "cefwdbwd_256x101",
      "cefwd_128x10572",
      "cefwdbwd_128x10572",
      "cefwd_128x85742",
      "cefwdbwd_128x85742",
      "topkentropy_fwd_256x101",
      "topkentropy_fwdbwd_256x101",
      "topkentropy_fwd_4096x1000",
      "topkentropy_fwdbwd_4096x1000"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
