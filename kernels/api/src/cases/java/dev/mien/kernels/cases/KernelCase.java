package dev.mien.kernels.cases;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One call of a kernel with its operands: what parity, padding and determinism tests run.
 *
 * @param tolerance of each element's magnitude when {@code scale} is 0, otherwise of the operand's largest magnitude or of
 *     {@code scale}, the size of what cancels in it, whichever is larger
 */
public record KernelCase(String name, double tolerance, double scale, Operand[] operands, Call call) {
  /** What is run. */
  public interface Call {
    void run(Backend backend, Buffer[] operands);
  }

  /** An operand: its host values, or null for a pure result, whose memory is poisoned before the call. */
  public record Operand(ElementType type, Kind kind, int[] dims, Object values) {
    public int count() {
      return (int) Buffer.count(dims);
    }
  }

  /** Draws operands from one stream of random numbers. */
  public static final class Maker {
    private final List<Operand> operands = new ArrayList<>();
    private final String name;
    private final long key;
    private double tolerance = 2e-6;
    private double scale = 1;

    public Maker(String name) {
      this.name = name;
      this.key = name.hashCode();
    }

    /** Values spread evenly over [-3, 3). */
    public Maker in(Kind kind, int... dims) {
      return in(-3, 3, kind, dims);
    }

    public Maker in(double low, double high, Kind kind, int... dims) {
      float[] values = new float[(int) Buffer.count(dims)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (low + (high - low) * CounterRandom.uniform(key + operands.size(), i));
      }
      return add(ElementType.REAL, kind, values, dims);
    }

    public Maker values(Kind kind, float[] values, int... dims) {
      return add(ElementType.REAL, kind, values, dims);
    }

    public Maker ints(Kind kind, int[] values, int... dims) {
      return add(ElementType.INT32, kind, values, dims);
    }

    public Maker bytes(int... dims) {
      byte[] values = new byte[(int) Buffer.count(dims)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (byte) CounterRandom.bits(key, i);
      }
      return add(ElementType.UINT8, Kind.IMAGE, values, dims);
    }

    public Maker int8(byte[] values, int... dims) {
      return add(ElementType.INT8, Kind.PLAIN, values, dims);
    }

    public Maker out(Kind kind, int... dims) {
      return add(ElementType.REAL, kind, null, dims);
    }

    public Maker outInts(Kind kind, int... dims) {
      return add(ElementType.INT32, kind, null, dims);
    }

    private Maker add(ElementType type, Kind kind, Object values, int[] dims) {
      operands.add(new Operand(type, kind, dims, values));
      return this;
    }

    public Maker tolerance(double value) {
      tolerance = value;
      return this;
    }

    public Maker relative(double value) {
      return scale(0).tolerance(value);
    }

    public Maker scale(double value) {
      scale = value;
      return this;
    }

    public KernelCase call(Call call) {
      var list = operands.toArray(new Operand[0]);
      var shapes = new StringBuilder();
      for (var o : list) {
        shapes.append(' ').append(o.kind() == Kind.IMAGE ? "I" : "").append(Arrays.toString(o.dims()).replace(" ", ""));
      }
      return new KernelCase(name + shapes, tolerance, scale, list, call);
    }
  }
}
