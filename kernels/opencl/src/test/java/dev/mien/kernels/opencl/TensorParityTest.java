package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tile kernel of tensor cores with emulated instructions against the plain float32 kernels on whole numbers, whose sums are exact in every
 * precision and every order: a wrong place of a fragment, a border, a copy that comes too late or what follows the sum shows as another number.
 */
class TensorParityTest {
  /** Batch, channels in, channels out, height, width, kernel height and width. */
  private record Layer(Conv2d geometry, int... shape) {}

  private static final List<Layer> LAYERS = List.of(
      new Layer(Conv2d.of(1, 1), 1, 1, 1, 1, 1, 3, 3), new Layer(Conv2d.of(1, 1), 2, 5, 33, 9, 7, 3, 3), new Layer(Conv2d.of(2, 3), 2, 3, 17, 20, 13, 7, 7),
      new Layer(Conv2d.of(1, 0), 1, 40, 130, 12, 11, 1, 1), new Layer(Conv2d.of(2, 0), 3, 16, 8, 6, 5, 1, 1),
      new Layer(new Conv2d(2, 1, 0, 2, 2, 1, 1), 2, 2, 18, 12, 9, 3, 5), new Layer(new Conv2d(1, 3, 2, 0, 1, 2, 3), 2, 21, 15, 7, 15, 2, 4));
  /** m, n, k, and the places in front of a matrix and behind its rows. */
  private static final int[][] PRODUCTS = {{1, 1, 1, 0}, {16, 8, 8, 0}, {17, 9, 31, 3}, {64, 130, 16, 1}, {129, 65, 50, 2}, {5, 200, 0, 0}};

  @BeforeEach
  void device() {
    OpenClTests.assume();
  }

  @AfterEach
  void clear() {
    for (String property : new String[] {Precision.PROPERTY, TensorCores.Use.PROPERTY, "mien.opencl.tile"}) {
      System.clearProperty(property);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FP32", mode = EnumSource.Mode.EXCLUDE)
  void sumsOfWholeNumbersAreExact(Precision precision) {
    List<double[]> expected;
    boolean split = precision == Precision.FP32_SPLIT;
    try (var plain = OpenClTests.guarded()) {
      expected = all(plain, split);
    }
    System.setProperty(Precision.PROPERTY, precision.word());
    System.setProperty(TensorCores.Use.PROPERTY, "emulated");
    for (int each : Tiling.CANDIDATES) {
      System.setProperty("mien.opencl.tile", "" + each);
      try (var tensor = OpenClTests.guarded()) {
        assertTrue(tensor.tensorCores.used(), tensor.tensorCores.reason());
        var actual = all(tensor, split);
        for (int i = 0; i < expected.size(); i++) {
          for (int k = 0; k < expected.get(i).length; k++) {
            assertEquals(expected.get(i)[k], actual.get(i)[k], 0, precision + ", tile " + 16 * each + ", result " + i + " element " + k);
          }
        }
      }
    }
  }

  private static List<double[]> all(OpenClBackend b, boolean split) {
    var results = new ArrayList<double[]>();
    for (int[] p : PRODUCTS) {
      for (int transposes = 0; transposes < 4; transposes++) {
        results.add(new Run(b, split ? transposes % 2 : -1).product(p, (transposes & 1) != 0, (transposes & 2) != 0));
      }
    }
    for (int i = 0; i < LAYERS.size(); i++) {
      results.addAll(new Run(b, split ? i % 3 : -1).convolution(LAYERS.get(i), Epilogue.Activation.values()[i % 3]));
    }
    return results;
  }

  /** One computation; the operand number {@code wide} has numbers of 13 bits, which only a pair of TF32 numbers holds, the others have few. */
  private static final class Run {
    private final OpenClBackend backend;
    private final OpenClTests.GuardProbe probe;
    private final int wide;
    private final List<Buffer> buffers = new ArrayList<>();
    private int operands;

    Run(OpenClBackend backend, int wide) {
      this.backend = backend;
      this.probe = new OpenClTests.GuardProbe(backend);
      this.wide = wide;
    }

    double[] product(int[] p, boolean transposeA, boolean transposeB) {
      int gap = p[3];
      int batch = 2;
      int rowsA = transposeA ? p[2] : p[0];
      int columnsA = (transposeA ? p[0] : p[2]) + gap;
      int rowsB = transposeB ? p[1] : p[2];
      int columnsB = (transposeB ? p[2] : p[1]) + gap;
      int columnsC = p[1] + gap;
      Buffer a = draw(Kind.PLAIN, gap + batch * rowsA * columnsA);
      Buffer b = draw(Kind.PLAIN, gap + batch * rowsB * columnsB);
      Buffer c = draw(Kind.PLAIN, gap + batch * p[0] * columnsC);
      backend.gemm(new Gemm(p[0], p[1], p[2], transposeA, transposeB, new Gemm.Matrix(gap, columnsA, rowsA * columnsA),
          new Gemm.Matrix(gap, columnsB, rowsB * columnsB), new Gemm.Matrix(gap, columnsC, p[0] * columnsC), batch, 0.5f, gap == 0 ? 0 : 2), a, b, c);
      return end(c).getFirst();
    }

    /** Forward with all that can follow, data gradient, weight gradient. */
    List<double[]> convolution(Layer layer, Epilogue.Activation activation) {
      var g = layer.geometry;
      int[] s = layer.shape;
      int[] image = {s[0], s[1], s[3], s[4]};
      int[] weight = {s[2], s[1] / g.groups(), s[5], s[6]};
      int[] result = {s[0], s[2], g.outHeight(s[3], s[5]), g.outWidth(s[4], s[6])};
      Buffer x = draw(Kind.IMAGE, image);
      Buffer w = draw(Kind.PLAIN, weight);
      Buffer gy = draw(Kind.IMAGE, result);
      Buffer residual = draw(Kind.IMAGE, result);
      Buffer bias = draw(Kind.PLAIN, s[2]);
      Buffer slope = activation == Epilogue.Activation.PRELU ? draw(Kind.PLAIN, s[2]) : null;
      Buffer y = allocate(Kind.IMAGE, result);
      Buffer gx = allocate(Kind.IMAGE, image);
      Buffer gw = allocate(Kind.PLAIN, weight);
      for (var buffer : new Buffer[] {y, gx, gw}) {
        probe.before(buffer);
      }
      backend.conv2dFused(g, x, w, new Epilogue(bias, residual, activation, slope), y);
      backend.conv2dGradInput(g, gy, w, gx);
      backend.conv2dGradWeight(g, x, gy, gw, null);
      return end(y, gx, gw);
    }

    private List<double[]> end(Buffer... results) {
      var all = new ArrayList<double[]>();
      for (var buffer : results) {
        probe.after("result", buffer);
        double[] values = new double[(int) buffer.count()];
        backend.download(buffer, values);
        all.add(values);
      }
      buffers.forEach(backend::release);
      return all;
    }

    private Buffer draw(Kind kind, int... dims) {
      Buffer buffer = allocate(kind, dims);
      int key = operands++;
      int most = key == wide ? 4096 : 3;
      float[] values = new float[(int) buffer.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.round((CounterRandom.uniform(key, i) * 2 - 1) * most);
      }
      backend.upload(values, buffer);
      return buffer;
    }

    private Buffer allocate(Kind kind, int... dims) {
      Buffer buffer = backend.allocate(ElementType.REAL, kind, dims);
      buffers.add(buffer);
      return buffer;
    }
  }
}
