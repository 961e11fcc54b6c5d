package dev.mien.engine.system;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.BackendProvider;
import dev.mien.kernels.Backends;
import java.lang.reflect.Proxy;
import java.util.List;

/** The device {@code faulty}: the reference behind {@link Faults}, for tests of what happens when memory or a kernel fails. */
public final class FaultyProvider implements BackendProvider {
  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public List<Diagnosis> diagnose() {
    return List.of(new Diagnosis("faulty", true, "the reference with planned failures", "tests only"));
  }

  @Override
  public Backend open(BackendOptions options) {
    var faults = new Faults(Backends.open("reference", 1, true));
    return (Backend) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Backend.class}, faults);
  }
}
