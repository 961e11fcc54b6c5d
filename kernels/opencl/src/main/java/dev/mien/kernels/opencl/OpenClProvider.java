package dev.mien.kernels.opencl;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.BackendProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * Provides the devices {@code opencl:0}, {@code opencl:1} and so on: every device of every OpenCL platform, in OpenCL's order.
 * {@code -Dmien.opencl.memoryMiB=N} limits the memory that a device lends out; by default it is 95 % of what the device has.
 */
public final class OpenClProvider implements BackendProvider {
  private static final String NO_DEVICE = "OpenCL is installed but no platform offers a device: install a driver, for example the package "
      + "pocl-opencl-icd for the CPU or the GPU vendor's";

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public List<Diagnosis> diagnose() {
    try {
      if (ClLibrary.obstacle() != null) {
        return List.of(new Diagnosis("opencl:0", false, "OpenCL", ClLibrary.obstacle()));
      }
      var found = new ArrayList<Diagnosis>();
      for (var device : ClDevice.all()) {
        boolean usable = device.obstacle() == null;
        found.add(new Diagnosis("opencl:" + found.size(), usable, device.describe(),
            usable ? "OpenCL is there and the device has what the kernels need; asked for by name only; " + tensorCores(device)
                : device.obstacle()));
      }
      return found.isEmpty() ? List.of(new Diagnosis("opencl:0", false, "OpenCL", NO_DEVICE)) : found;
    } catch (OpenClException e) {
      return List.of(new Diagnosis("opencl:0", false, "OpenCL", e.getMessage()));
    }
  }

  /** With float32, which does not use them, what the others would find. */
  private static String tensorCores(ClDevice device) {
    try {
      var precision = Precision.chosen();
      boolean plain = precision == Precision.FP32;
      var found = TensorCores.of(device, plain ? Precision.TF32 : precision);
      return plain && found.used() ? "tensor cores work, float32 does not use them (-D" + Precision.PROPERTY + ")" : found.reason();
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  @Override
  public Backend open(BackendOptions options) {
    return open(options, 0);
  }

  /** As {@link #open(BackendOptions)}, with poison around every buffer. */
  static OpenClBackend open(BackendOptions options, int guardBytes) {
    if (ClLibrary.obstacle() != null) {
      throw new IllegalStateException(ClLibrary.obstacle());
    }
    var devices = ClDevice.all();
    String asked = "opencl:" + options.ordinal();
    if (devices.isEmpty()) {
      throw new IllegalStateException(NO_DEVICE);
    }
    if (options.ordinal() >= devices.size()) {
      throw new IllegalStateException("there is no device " + asked + "; there " + (devices.size() == 1 ? "is opencl:0"
          : "are opencl:0 to opencl:" + (devices.size() - 1)) + " (mien doctor lists them)");
    }
    var device = devices.get(options.ordinal());
    if (device.obstacle() != null) {
      throw new IllegalStateException("the device " + asked + " (" + device.name() + ") cannot be used: " + device.obstacle());
    }
    return new OpenClBackend(asked, device, options.exactConvolution(), limitBytes(device), guardBytes);
  }

  private static long limitBytes(ClDevice device) {
    Long given = Long.getLong("mien.opencl.memoryMiB");
    return given == null ? (long) (device.memoryBytes() * 0.95) : given << 20;
  }
}
