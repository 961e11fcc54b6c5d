package dev.mien.kernels.simd;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.BackendProvider;
import java.util.List;

/** Provides the device {@code cpu}. Touches no vector class before the boot layer has said that there are any. */
public final class SimdProvider implements BackendProvider {
  private static final String MODULE = "jdk.incubator.vector";
  /** Set to true to run all kernels in the bytecode interpreter, some 1000 times slower; for tests of reproducibility. */
  private static final String ALLOW_INTERPRETER = "mien.allowInterpreter";

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public List<Diagnosis> diagnose() {
    String obstacle = obstacle();
    String jdk = "JDK " + Runtime.version();
    if (obstacle != null) {
      return List.of(new Diagnosis("cpu", false, jdk, obstacle));
    }
    return List.of(new Diagnosis("cpu", true, jdk + ", " + describe(), "the Vector API is there and compiled for this CPU"));
  }

  @Override
  public Backend open(BackendOptions options) {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new IllegalStateException(obstacle);
    }
    if (options.ordinal() != 0) {
      throw new IllegalStateException("there is one cpu device, cpu:0, asked for cpu:" + options.ordinal());
    }
    if (options.threads() < 0) {
      throw new IllegalStateException("threads must be at least 1, or 0 for one per processor, got " + options.threads());
    }
    return create(options);
  }

  /** Why the device cannot be opened, in one sentence that names the remedy; null when it can. */
  private static String obstacle() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return "the device cpu needs the Vector API, which this JVM was started without: add --add-modules " + MODULE
          + " to the java command";
    }
    boolean interpreted = System.getProperty("java.vm.info", "").contains("interpreted");
    String compiled = System.getProperty("java.vm.info", "").contains("emulated-client") ? "-XX:TieredStopAtLevel" : null;
    if ((interpreted || compiled != null) && !Boolean.getBoolean(ALLOW_INTERPRETER)) {
      return "this JVM never compiles the Vector API and would compute some 1000 times slower: remove "
          + (interpreted ? "-Xint" : compiled) + " from the java command, or add -D" + ALLOW_INTERPRETER + "=true";
    }
    try {
      width();
      return null;
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  private static int width() {
    return Tier.chooseBits();
  }

  private static String describe() {
    int bits = Tier.chooseBits();
    return bits + "-bit vectors (" + Tier.name(bits) + (Tier.emulated(bits) ? ", emulated" : "") + "), " + Runtime.getRuntime().availableProcessors() + " threads, "
        + "heap up to " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB";
  }

  private static Backend create(BackendOptions options) {
    int threads = options.threads() == 0 ? Runtime.getRuntime().availableProcessors() : options.threads();
    return new SimdBackend(threads, options.exactConvolution());
  }
}
