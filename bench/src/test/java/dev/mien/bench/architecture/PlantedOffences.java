package dev.mien.bench.architecture;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import jdk.incubator.vector.FloatVector;

/** One offence against every ban. Compiled, read by {@link PlantedOffencesTest}, never run. */
final class PlantedOffences {
  private PlantedOffences() {}

  static final class Serialization implements Serializable {
    private static final long serialVersionUID = 1;
  }

  static final class Reflection {
    static void offend() throws ReflectiveOperationException {
      String.class.getDeclaredField("value").setAccessible(true);
    }
  }

  static final class Processes {
    static void offend() throws IOException {
      new ProcessBuilder("true").start();
    }
  }

  static final class Terminal {
    static void offend() {
      List.of("printed").forEach(System.out::println);
    }
  }

  static final class Randomness {
    static int offend() {
      return new Random().nextInt();
    }
  }

  static final class Clock {
    static long offend() {
      return System.nanoTime();
    }
  }

  static final class VectorPow {
    static FloatVector offend(FloatVector x) {
      return x.pow(x);
    }
  }

  static final class CommonPool {
    static long offend(List<String> list) {
      return list.parallelStream().count();
    }
  }

  static final class Threads {
    static void offend() {
      Thread.ofVirtual().start(() -> { });
    }
  }

  static final class Decoding {
    static Object offend(Path file) throws IOException {
      return ImageIO.read(file.toFile());
    }
  }

  static final class FileWriting {
    static void offend(Path file) throws IOException {
      Files.writeString(file, "half");
    }
  }

  /** Breaks every rule of the public API. */
  public static final class Exposed {
    public static final float[] WEIGHTS = {};

    public static java.lang.foreign.MemorySegment memory() {
      return java.lang.foreign.MemorySegment.NULL;
    }
  }
}
