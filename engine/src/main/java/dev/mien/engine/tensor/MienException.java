package dev.mien.engine.tensor;

/** What Mien throws for mistakes and failures that a caller can understand and mend: the message stands by itself. */
public class MienException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MienException(String message) {
    super(message);
  }

  public MienException(String message, Throwable cause) {
    super(message, cause);
  }
}
