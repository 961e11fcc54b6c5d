package dev.mien.engine.tensor;

/** A trainable value. {@link #in} gives it to a forward pass. */
public final class Parameter extends Variable {
  public Parameter(String name, HostTensor initial) {
    super(name, initial);
  }

  /** The value as an operand: recorded when the context records, the bare value otherwise. */
  public Tensor in(Context context) {
    return context.leaf(this);
  }
}
