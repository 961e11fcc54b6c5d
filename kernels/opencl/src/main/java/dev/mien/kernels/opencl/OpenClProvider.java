package dev.mien.kernels.opencl;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.BackendProvider;
import java.util.List;

/** Says honestly that the OpenCL back-end does not exist yet. */
public final class OpenClProvider implements BackendProvider {
  private static final String REASON = "the OpenCL back-end is not part of this version; use the device cpu";

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public List<Diagnosis> diagnose() {
    return List.of(new Diagnosis("opencl:0", false, "OpenCL", REASON));
  }

  @Override
  public Backend open(BackendOptions options) {
    throw new IllegalStateException(REASON);
  }
}
