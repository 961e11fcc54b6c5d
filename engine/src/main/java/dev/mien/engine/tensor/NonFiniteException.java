package dev.mien.engine.tensor;

/** A NaN or infinity where none may be: names the operation, the layer and the step. */
public final class NonFiniteException extends MienException {
  private static final long serialVersionUID = 1L;

  public NonFiniteException(String message) {
    super(message);
  }
}
