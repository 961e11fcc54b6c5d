package dev.mien.kernels.opencl;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether products and convolutions run on NVIDIA's tensor cores ({@code tensor.cl} in the place of {@code tile.cl}), and why. Never taken on
 * trust: a device that may have them builds and runs {@code probe.cl} and must then agree with the plain kernels ({@link TensorTrial}), in a
 * context of its own, since an instruction that the device does not take would spoil the context for everything else.
 * {@code -Dmien.opencl.tensorcores=never} does without.
 *
 * @param options with which the programs of {@code mma.cl} are built; null when they are not used
 * @param reason why they are or are not used, a clause for {@code mien doctor}
 */
record TensorCores(String options, String reason) {
  /** 10 times the first compute capability that has all the instructions. */
  static final int FIRST_CAPABILITY = 80;
  /** Optimised, the emulation takes PoCL two seconds a kernel to build. */
  static final String EMULATION = " -cl-opt-disable ";
  private static final System.Logger LOG = System.getLogger(TensorCores.class.getName());
  private static final Map<String, TensorCores> TRIED = new ConcurrentHashMap<>();

  /** What {@code -Dmien.opencl.tensorcores} asks for. */
  enum Use {
    /** Where they work. */
    AUTO,
    NEVER,
    /** For tests: the instructions in plain C, on any device. */
    EMULATED,
    /** For tests: the same with an error, which the trial must find. */
    BROKEN;

    static final String PROPERTY = "mien.opencl.tensorcores";

    /** @throws IllegalStateException when the property names none */
    static Use chosen() {
      String word = System.getProperty(PROPERTY, "auto");
      for (var use : values()) {
        if (use.name().equalsIgnoreCase(word)) {
          return use;
        }
      }
      throw new IllegalStateException("-D" + PROPERTY + "=" + word + " is unknown; there are auto, never");
    }
  }

  /** For a device and a precision, tried once in a process. */
  static TensorCores of(ClDevice device, Precision precision) {
    var use = Use.chosen();
    String obstacle = obstacle(device, precision, use);
    if (obstacle != null) {
      return without(obstacle);
    }
    String options = switch (use) {
      case AUTO, NEVER -> " -DNV_SM=" + device.capability();
      case EMULATED -> EMULATION + "-DEMULATE=2";
      case BROKEN -> EMULATION + "-DEMULATE=1 -DBREAK";
    };
    String key = device.name() + '\n' + device.driver() + '\n' + precision + options;
    return TRIED.computeIfAbsent(key, _ -> tried(device, precision, options));
  }

  private static String obstacle(ClDevice device, Precision precision, Use use) {
    if (use == Use.NEVER) {
      return "-D" + Use.PROPERTY + "=never";
    }
    if (precision == Precision.FP32) {
      return "they have no float32 operands (-D" + Precision.PROPERTY + "=fp32_split, tf32 or bf16 can use them)";
    }
    if (use != Use.AUTO) {
      return null;
    }
    if (!device.nvidia()) {
      return "only NVIDIA's are supported, this device's vendor is " + device.vendor();
    }
    int capability = device.capability();
    return capability >= FIRST_CAPABILITY ? null : "compute capability 8.0 is needed, this device "
        + (capability == 0 ? "does not say which it has" : "has " + capability / 10 + "." + capability % 10);
  }

  /** Builds and runs what the options give, whatever the device is. */
  static TensorCores tried(ClDevice device, Precision precision, String options) {
    String failure;
    try {
      failure = TensorTrial.failure(device, precision, new TensorCores(options, "on trial"));
    } catch (OpenClException e) {
      LOG.log(System.Logger.Level.DEBUG, "the trial of the tensor cores ended", e);
      failure = "their trial ended: " + e.getMessage().lines().findFirst().orElse("");
    }
    if (failure == null) {
      return new TensorCores(options, "tensor cores are used: their trial agrees with the plain kernels");
    }
    LOG.log(System.Logger.Level.WARNING, "{0} computes without tensor cores: {1}", device.name(), failure);
    return without(failure);
  }

  private static TensorCores without(String obstacle) {
    return new TensorCores(null, "tensor cores are not used: " + obstacle);
  }

  boolean used() {
    return options != null;
  }
}
