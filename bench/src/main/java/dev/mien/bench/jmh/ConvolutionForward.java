package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How fast is a convolution forward, over the layers of ResNet-50 (batch 8) and IR-50 (batch 16 at 112 pixels)? */
public class ConvolutionForward extends WorkBenchmark {
  @Param({
      "convfwd_7x7s2_3-64@224",
      "convfwd_3x3s1_3-64@112_b16",
      "convfwd_3x3s1_64-64@112_b16",
      "convfwd_3x3s2_64-64@112_b16",
      "convfwd_3x3s1_64-64@56",
      "convfwd_1x1s1_64-64@56",
      "convfwd_1x1s1_64-256@56",
      "convfwd_1x1s1_256-64@56",
      "convfwd_3x3s1_64-128@56_b16",
      "convfwd_3x3s2_128-128@56",
      "convfwd_1x1s2_256-512@56",
      "convfwd_3x3s1_128-128@28",
      "convfwd_1x1s1_512-128@28",
      "convfwd_1x1s1_128-512@28",
      "convfwd_3x3s1_128-256@28_b16",
      "convfwd_3x3s2_256-256@28",
      "convfwd_3x3s1_256-256@14",
      "convfwd_1x1s1_1024-256@14",
      "convfwd_1x1s1_256-1024@14",
      "convfwd_3x3s1_256-512@14_b16",
      "convfwd_3x3s2_512-512@14",
      "convfwd_3x3s1_512-512@7",
      "convfwd_1x1s1_2048-512@7",
      "convfwd_1x1s1_512-2048@7"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
