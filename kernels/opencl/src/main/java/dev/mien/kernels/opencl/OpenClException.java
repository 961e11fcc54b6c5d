package dev.mien.kernels.opencl;

import dev.mien.kernels.DeviceFailureException;

/** A call to OpenCL failed. The message names the call, what it was given, the device and the error. */
public class OpenClException extends DeviceFailureException {
  private static final long serialVersionUID = 1;
  private final int code;

  OpenClException(int code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** OpenCL's error code, negative; 0 when the failure was not OpenCL's. */
  public int code() {
    return code;
  }
}
