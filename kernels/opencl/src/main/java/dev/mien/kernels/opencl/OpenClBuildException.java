package dev.mien.kernels.opencl;

/** A program does not compile for the device; the message holds the compiler's log. */
public final class OpenClBuildException extends OpenClException {
  private static final long serialVersionUID = 1;

  OpenClBuildException(int code, String message, Throwable cause) {
    super(code, message, cause);
  }
}
