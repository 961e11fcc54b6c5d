package dev.mien.kernels;

/**
 * A device failed at what it was asked for: it has no memory left, was lost, refused a program. Not the caller's mistake; the message says what
 * happened and how to go on.
 */
public class DeviceFailureException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  protected DeviceFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
