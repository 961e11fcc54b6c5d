package dev.mien.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;

/** One reference device and short ways to fill and read its buffers. */
class Fixture {
  final Backend backend = Backends.open("reference", 1, true);

  Buffer image(double[] values, int... dims) {
    return filled(Kind.IMAGE, values, dims);
  }

  Buffer plain(double[] values, int... dims) {
    return filled(Kind.PLAIN, values, dims);
  }

  private Buffer filled(Kind kind, double[] values, int... dims) {
    var buffer = backend.allocate(ElementType.REAL, kind, dims);
    backend.upload(values, buffer);
    return buffer;
  }

  Buffer ints(int... values) {
    var buffer = backend.allocate(ElementType.INT32, Kind.PLAIN, values.length);
    backend.upload(values, buffer);
    return buffer;
  }

  Buffer freshImage(int... dims) {
    return backend.allocate(ElementType.REAL, Kind.IMAGE, dims);
  }

  Buffer freshPlain(int... dims) {
    return backend.allocate(ElementType.REAL, Kind.PLAIN, dims);
  }

  Buffer choice(int... dims) {
    return backend.allocate(ElementType.INT32, Kind.IMAGE, dims);
  }

  double[] read(Buffer buffer) {
    var values = new double[(int) buffer.count()];
    backend.download(buffer, values);
    return values;
  }

  int[] readInts(Buffer buffer) {
    var values = new int[(int) buffer.count()];
    backend.download(buffer, values);
    return values;
  }

  /** sin(0.7 i + phase): the inputs of the golden file. */
  static double[] wave(double phase, int... dims) {
    var values = new double[(int) Buffer.count(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.sin(0.7 * i + phase);
    }
    return values;
  }

  /** Uniform in (-1, 1). */
  static double[] random(long key, int... dims) {
    var values = new double[(int) Buffer.count(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * CounterRandom.uniform(key, i) - 1 + 1e-9;
    }
    return values;
  }

  /** A shuffle of multiples of 0.05, none at 0: neighbours are never near enough to swap under a small step. */
  static double[] distinct(long key, int... dims) {
    int count = (int) Buffer.count(dims);
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.05 * (i - count / 2) + 0.02;
    }
    for (int i = count - 1; i > 0; i--) {
      int j = (int) Long.remainderUnsigned(CounterRandom.bits(key, i), i + 1);
      double swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
    return values;
  }

  /** Compares with {@code tolerance * max(1, largest expected)}. */
  static void assertClose(String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what + ": number of elements");
    double scale = 1;
    for (double value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * scale, what + "[" + i + "]");
    }
  }
}
