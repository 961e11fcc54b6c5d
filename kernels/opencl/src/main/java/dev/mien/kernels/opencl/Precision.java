package dev.mien.kernels.opencl;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How products and convolutions treat their operands; sums are float32 in all modes, and everything else is float32 throughout. Chosen by
 * {@code -Dmien.opencl.precision} when a device is opened. The order is that of PRECISION in {@code tile.cl}.
 */
enum Precision {
  /** float32 operands. The default. */
  FP32,
  /** Each operand is the sum of two TF32 numbers, and three of the four products are added: nearly float32's accuracy on tensor cores. */
  FP32_SPLIT,
  /** Operands rounded to TF32 (10 bits of fraction): an error of at most about 2^-10 of the sum of the products' sizes. */
  TF32,
  /** Operands rounded to BF16 (7 bits of fraction): an error of at most about 2^-8 of the sum of the products' sizes. */
  BF16;

  static final String PROPERTY = "mien.opencl.precision";

  /**
   * What the property asks for.
   *
   * @throws IllegalStateException when it names no mode
   */
  static Precision chosen() {
    String word = System.getProperty(PROPERTY, "fp32");
    return Arrays.stream(values()).filter(p -> p.word().equals(word)).findFirst().orElseThrow(() -> new IllegalStateException(
        "-D" + PROPERTY + "=" + word + " is no precision; there are " + Arrays.stream(values()).map(Precision::word)
            .collect(Collectors.joining(", "))));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
