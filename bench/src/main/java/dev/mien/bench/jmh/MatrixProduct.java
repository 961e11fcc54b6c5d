package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How fast is a product: squares, the convolutions of ResNet as products, attention over 196 tokens of 768, and the heads of face recognition? */
public class MatrixProduct extends WorkBenchmark {
  @Param({
      "gemm_512x512x512",
      "gemm_1024x1024x1024",
      "gemm_2048x2048x2048",
      "gemm_64x3136x576",
      "gemm_128x784x1152",
      "gemm_256x196x2304",
      "gemm_512x49x4608",
      "gemm_256x3136x64",
      "gemm_196x768x768",
      "gemm_196x2304x768",
      "gemm_196x3072x768",
      "gemm_196x768x3072",
      "gemm_128x10572x512",
      "gemm_128x85742x512"
  })
  public String work;

  @Override
  protected String work() {
    return work;
  }
}
