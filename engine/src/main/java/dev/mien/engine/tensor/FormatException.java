package dev.mien.engine.tensor;

/** A file that is not what it should be: names the file, what was found, what was expected. */
public final class FormatException extends MienException {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    super(message);
  }

  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
