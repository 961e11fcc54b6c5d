package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How fast is the gradient of a convolution in its input, over the same layers as {@link ConvolutionForward} but the stems? */
public class ConvolutionDataGradient extends WorkBenchmark {
  @Param({
      "convdgrad_3x3s1_64-64@112_b16",
      "convdgrad_3x3s2_64-64@112_b16",
      "convdgrad_3x3s1_64-64@56",
      "convdgrad_1x1s1_64-64@56",
      "convdgrad_1x1s1_64-256@56",
      "convdgrad_1x1s1_256-64@56",
      "convdgrad_3x3s1_64-128@56_b16",
      "convdgrad_3x3s2_128-128@56",
      "convdgrad_1x1s2_256-512@56",
      "convdgrad_3x3s1_128-128@28",
      "convdgrad_1x1s1_512-128@28",
      "convdgrad_1x1s1_128-512@28",
      "convdgrad_3x3s1_128-256@28_b16",
      "convdgrad_3x3s2_256-256@28",
      "convdgrad_3x3s1_256-256@14",
      "convdgrad_1x1s1_1024-256@14",
      "convdgrad_1x1s1_256-1024@14",
      "convdgrad_3x3s1_256-512@14_b16",
      "convdgrad_3x3s2_512-512@14",
      "convdgrad_3x3s1_512-512@7",
      "convdgrad_1x1s1_2048-512@7",
      "convdgrad_1x1s1_512-2048@7"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
