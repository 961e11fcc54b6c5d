package dev.mien.engine.tensor;

/** Shapes that do not fit: names the operation, both shapes, and the likely remedy. */
public final class ShapeException extends MienException {
  private static final long serialVersionUID = 1L;

  public ShapeException(String message) {
    super(message);
  }
}
