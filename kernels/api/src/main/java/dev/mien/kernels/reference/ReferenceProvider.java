package dev.mien.kernels.reference;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.BackendProvider;
import java.util.List;

/** Provides the float64 oracle under the name {@code reference}. */
public final class ReferenceProvider implements BackendProvider {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public List<Diagnosis> diagnose() {
    return List.of(new Diagnosis("reference", true, "float64, plain loops, one thread", "the oracle for tests; slow by design"));
  }

  @Override
  public Backend open(BackendOptions options) {
    if (options.ordinal() != 0) {
      throw new IllegalStateException("there is one reference device, not reference:" + options.ordinal() + "; write reference");
    }
    return new ReferenceBackend();
  }
}
