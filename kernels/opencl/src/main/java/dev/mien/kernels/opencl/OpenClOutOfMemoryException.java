package dev.mien.kernels.opencl;

/** The device has no memory left, after the cache of free blocks was given back and the allocation was tried once more. */
public final class OpenClOutOfMemoryException extends OpenClException {
  private static final long serialVersionUID = 1;

  OpenClOutOfMemoryException(int code, String message, Throwable cause) {
    super(code, message, cause);
  }
}
