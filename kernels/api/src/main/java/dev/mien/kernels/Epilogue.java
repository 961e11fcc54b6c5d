package dev.mien.kernels;

/**
 * What follows a convolution in the same pass over memory: {@code y = act(conv(x, w) + bias + residual)}. For inference, where a batch
 * norm is folded into weight and bias: see {@link Dense#conv2dFused}.
 *
 * @param bias PLAIN {@code [O]} or null
 * @param residual IMAGE of y's shape, other memory than y's; or null
 * @param activation what comes last
 * @param slope PLAIN {@code [O]} or {@code [1]} when the activation is PRELU, otherwise null
 */
public record Epilogue(Buffer bias, Buffer residual, Activation activation, Buffer slope) {
  /** The function at the end of an {@link Epilogue}. */
  public enum Activation {
    /** The identity. */
    NONE,
    /** max(0, v). */
    RELU,
    /** v where v > 0, otherwise slope[c] v. */
    PRELU
  }

  /** @throws IllegalArgumentException when a slope is missing or too many */
  public Epilogue {
    if ((slope != null) != (activation == Activation.PRELU)) {
      throw new IllegalArgumentException("[epilogue] a slope belongs to PRELU and to nothing else: activation " + activation + ", slope "
          + slope);
    }
  }
}
