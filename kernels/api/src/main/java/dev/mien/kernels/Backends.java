package dev.mien.kernels;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Discovery of back-ends. Nothing ever falls back: a device that cannot be used is an error that says why. */
public final class Backends {
  private Backends() {}

  /** All providers, by name. */
  public static List<BackendProvider> providers() {
    var found = new ArrayList<BackendProvider>();
    for (var provider : ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader())) {
      if (found.stream().noneMatch(p -> p.name().equals(provider.name()))) {
        found.add(provider);
      }
    }
    found.sort(Comparator.comparing(BackendProvider::name));
    return found;
  }

  /**
   * Opens {@code name} or {@code name:ordinal}.
   *
   * @throws IllegalArgumentException when no provider has the name or the ordinal is no number
   * @throws IllegalStateException when the device cannot be used
   */
  public static Backend open(String device, int threads, boolean exactConvolution) {
    int colon = device.indexOf(':');
    String name = colon < 0 ? device : device.substring(0, colon);
    int ordinal = 0;
    if (colon >= 0) {
      try {
        ordinal = Integer.parseUnsignedInt(device.substring(colon + 1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("device '" + device + "' has no number after the colon; write for example opencl:0");
      }
    }
    var providers = providers();
    for (var provider : providers) {
      if (provider.name().equals(name)) {
        return provider.open(new BackendOptions(ordinal, threads, exactConvolution));
      }
    }
    throw new IllegalArgumentException("no device named '" + device + "'; there are "
        + providers.stream().map(BackendProvider::name).collect(Collectors.joining(", "))
        + (name.equals("cpu") ? "; the module dev.mien.kernels.simd is not on the path: add the dependency mien-kernels-simd" : ""));
  }

  /** What every provider says of its devices. */
  public static List<BackendProvider.Diagnosis> diagnose() {
    return providers().stream().flatMap(p -> p.diagnose().stream()).toList();
  }
}
