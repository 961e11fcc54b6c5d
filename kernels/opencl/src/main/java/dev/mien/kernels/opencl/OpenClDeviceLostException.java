package dev.mien.kernels.opencl;

/**
 * The device does not answer any more (reset, removed, its driver stopped it). Close the back-end, open it again and resume from the
 * last checkpoint.
 */
public final class OpenClDeviceLostException extends OpenClException {
  private static final long serialVersionUID = 1;

  OpenClDeviceLostException(int code, String message, Throwable cause) {
    super(code, message, cause);
  }
}
