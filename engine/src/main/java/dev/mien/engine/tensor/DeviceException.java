package dev.mien.engine.tensor;

/** A device that cannot be opened, or tensors that live on different devices. */
public final class DeviceException extends MienException {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message) {
    super(message);
  }
}
