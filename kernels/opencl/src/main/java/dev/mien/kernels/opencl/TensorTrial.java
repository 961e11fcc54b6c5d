package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The trial of {@link TensorCores}. First every instruction on small whole numbers, whose products have no rounding; then products and convolutions of
 * awkward extents with every tile, against the plain kernels, which round operands alike. What may differ is how sums are rounded: a tensor core may cut
 * off what a chain of fused multiply-adds rounds, so each term may cost 2^-22 of the sum of the products' sizes where the chain costs 2^-24.
 */
final class TensorTrial implements AutoCloseable {
  private static final long MEMORY_BYTES = 64L << 20;
  private static final int WARPS = 8;
  /** Warps that copy what is given; the others copy zeros, as at a border. */
  private static final int FULL_WARPS = 6;

  private final ClContext context;
  private final OpenClMemory memory;
  private final Precision precision;
  private final TensorCores candidate;
  private final List<Buffer> buffers = new ArrayList<>();

  private TensorTrial(ClDevice device, Precision precision, TensorCores candidate) {
    this.context = new ClContext(device);
    this.memory = new OpenClMemory(context, MEMORY_BYTES, 0);
    this.precision = precision;
    this.candidate = candidate;
  }

  /**
   * What is wrong with a candidate, or null.
   *
   * @throws OpenClException when it cannot be built or run
   */
  static String failure(ClDevice device, Precision precision, TensorCores candidate) {
    try (var trial = new TensorTrial(device, precision, candidate)) {
      String wrong = trial.instructions();
      for (int i = 0; wrong == null && i < Tiling.CANDIDATES.length; i++) {
        wrong = trial.tiles(Tiling.CANDIDATES[i]);
      }
      return wrong;
    }
  }

  @Override
  public void close() {
    Releases.all(() -> Cl.finish(context.queue), memory::close, context::close);
  }

  private String instructions() {
    float[] x = new float[WARPS * 128];
    for (int i = 0; i < x.length; i++) {
      x[i] = i * 7 % 31 - 15;
    }
    Buffer from = upload(Kind.PLAIN, x, x.length);
    Buffer to = result(Kind.PLAIN, WARPS * 256);
    Launch.of(context, "probe", " -DEACH=2" + candidate.options(), "probe").buffer(from).buffer(to).value(FULL_WARPS).groups(1);
    float[] y = download(to);
    for (int i = 0; i < y.length; i++) {
      int warp = i / 256;
      float sum = 0;
      for (int k = 0; warp < FULL_WARPS && k < 8; k++) {
        sum += x[128 * warp + i % 128 / 8 * 8 + k] * x[128 * warp + i % 8 * 8 + k];
      }
      if (y[i] != sum) {
        return "a product of whole numbers by " + (i % 256 < 128 ? "TF32" : "BF16") + " instructions is wrong: " + y[i] + " for " + sum;
      }
    }
    return null;
  }

  /** One of the things that a product can be asked to do. */
  private interface Work {
    /** Computes with operands as drawn or, for the scale of an error, all positive. */
    float[] run(OpenClDense dense, boolean positive);
  }

  private String tiles(int each) {
    var tiling = new Tiling(context.device);
    tiling.force(each);
    var plain = new OpenClDense(context, memory, precision, tiling, OpenClWinograd.Use.NEVER, null);
    var tensor = new OpenClDense(context, memory, precision, tiling, OpenClWinograd.Use.NEVER, candidate);
    String tile = ", tile " + Tiling.SIDE * each;
    String wrong = null;
    for (var g : new Gemm[] {Gemm.of(150, 133, 45, false, false, 0), Gemm.of(37, 150, 83, true, true, 0)}) {
      wrong = wrong != null ? wrong : compare("a product" + tile, g.k(), (dense, positive) -> product(dense, g, positive), plain, tensor);
    }
    for (int direction = 0; direction < 3; direction++) {
      int d = direction;
      wrong = wrong != null ? wrong : compare(DIRECTIONS[d] + tile, 2 * 7 * 6, (dense, positive) -> convolution(dense, d, positive), plain, tensor);
    }
    return wrong;
  }

  private static final String[] DIRECTIONS = {"a convolution", "a data gradient", "a weight gradient"};

  private String compare(String what, int terms, Work work, OpenClDense plain, OpenClDense tensor) {
    float[] expected = work.run(plain, false);
    float[] size = work.run(plain, true);
    float[] actual = work.run(tensor, false);
    int products = precision == Precision.FP32_SPLIT ? 3 * terms : terms;
    for (int i = 0; i < expected.length; i++) {
      double allowed = (products + 2) * 0x1p-22 * size[i];
      double error = Math.abs((double) expected[i] - actual[i]);
      if (!(error <= allowed)) { // NaN is an error
        return what + " of " + precision.word() + " operands is wrong: result " + i + " is " + actual[i] + " where the plain kernel has " + expected[i];
      }
    }
    return null;
  }

  private float[] product(OpenClDense dense, Gemm g, boolean positive) {
    Buffer c = result(Kind.PLAIN, g.m(), g.n());
    dense.gemm(g, draw(1, positive, Kind.PLAIN, g.m(), g.k()), draw(2, positive, Kind.PLAIN, g.k(), g.n()), c);
    return download(c);
  }

  /** 3x3 with stride 2, two groups, borders on all sides, and everything that can follow. */
  private float[] convolution(OpenClDense dense, int direction, boolean positive) {
    var g = new Conv2d(2, 2, 1, 1, 1, 1, 2);
    Buffer x = direction == 1 ? result(Kind.IMAGE, 2, 14, 13, 11) : draw(3, positive, Kind.IMAGE, 2, 14, 13, 11);
    Buffer w = direction == 2 ? result(Kind.PLAIN, 42, 7, 3, 3) : draw(4, positive, Kind.PLAIN, 42, 7, 3, 3);
    Buffer y = direction == 0 ? result(Kind.IMAGE, 2, 42, 7, 6) : draw(5, positive, Kind.IMAGE, 2, 42, 7, 6);
    switch (direction) {
      case 0 -> dense.conv2d(g, x, w, new Epilogue(draw(6, positive, Kind.PLAIN, 42), draw(7, positive, Kind.IMAGE, 2, 42, 7, 6),
          Epilogue.Activation.PRELU, draw(8, true, Kind.PLAIN, 42)), y);
      case 1 -> dense.conv2dGradInput(g, y, w, x);
      default -> dense.conv2dGradWeight(g, x, y, w, null);
    }
    return download(direction == 0 ? y : direction == 1 ? x : w);
  }

  // Buffers live until the trial's memory is closed, or the next download

  private Buffer draw(long key, boolean positive, Kind kind, int... dims) {
    float[] values = new float[(int) Buffer.count(dims)];
    for (int i = 0; i < values.length; i++) {
      float v = CounterRandom.uniform(key, i) * 2 - 1;
      values[i] = positive ? Math.abs(v) : v;
    }
    return upload(kind, values, dims);
  }

  private Buffer upload(Kind kind, float[] values, int... dims) {
    Buffer buffer = result(kind, dims);
    memory.upload(values, buffer);
    return buffer;
  }

  private Buffer result(Kind kind, int... dims) {
    Buffer buffer = memory.allocate(ElementType.REAL, kind, dims);
    buffers.add(buffer);
    return buffer;
  }

  private float[] download(Buffer buffer) {
    float[] values = new float[(int) buffer.count()];
    memory.download(buffer, values);
    buffers.forEach(memory::release);
    buffers.clear();
    return values;
  }
}
