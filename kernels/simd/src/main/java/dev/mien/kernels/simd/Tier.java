package dev.mien.kernels.simd;

import jdk.incubator.vector.FloatVector;

/** Chooses the vector width. The first class of this package that touches the Vector API. */
final class Tier {
  static final String PROPERTY = "mien.vectorBits";
  /**
   * Set to true to allow a width that the CPU has not: the JDK then computes each vector operation in plain Java, with the same bits,
   * some 100 times slower. For tests of the code of that width on any machine.
   */
  static final String EMULATE = "mien.vectorBits.emulate";

  private Tier() {}

  /** Widest float vector the JVM compiles for this CPU, at most 512. */
  static int machineBits() {
    return Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  /**
   * The width to use: the system property {@value #PROPERTY}, or the machine's.
   *
   * @throws IllegalStateException when the property is no width, or wider than the CPU without {@value #EMULATE}
   */
  static int chooseBits() {
    int machine = machineBits();
    if (machine < 128) {
      throw new IllegalStateException("the CPU has " + machine + "-bit float vectors, the cpu device needs at least 128 bits; "
          + "use the device reference");
    }
    String asked = System.getProperty(PROPERTY);
    if (asked == null || asked.isEmpty()) {
      return machine;
    }
    if (!asked.equals("128") && !asked.equals("256") && !asked.equals("512")) {
      throw new IllegalStateException("-D" + PROPERTY + "=" + asked + " is no vector width; use 128, 256 or 512");
    }
    int bits = Integer.parseInt(asked);
    if (emulated(bits) && !Boolean.getBoolean(EMULATE)) {
      throw new IllegalStateException("-D" + PROPERTY + "=" + bits + " asks for wider vectors than this CPU has; use at most "
          + machine);
    }
    return bits;
  }

  /** Whether vectors of this width are computed by plain Java: the CPU has none, see {@value #EMULATE}. */
  static boolean emulated(int bits) {
    return bits > machineBits();
  }

  /** The instruction set family the width stands for. */
  static String name(int bits) {
    String arch = System.getProperty("os.arch", "");
    boolean x86 = arch.equals("amd64") || arch.equals("x86_64");
    return switch (bits) {
      case 512 -> x86 ? "AVX-512" : "SVE-512";
      case 256 -> x86 ? "AVX2" : "SVE-256";
      default -> x86 ? "SSE/AVX-128" : "NEON";
    };
  }
}
