package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whether products run on tensor cores, by the inline PTX of {@code fragments.cl}: never for FP32; otherwise where the device's compiler takes
 * it (a trial build tells, extension strings do not) and a self-check at the opening gives the plain kernels' results.
 * {@code -Dmien.opencl.tensorcores=auto|never|emulated}; emulated is the fragments' arithmetic in plain C, slow, for tests on any device.
 *
 * @param blocks what FRAGMENTS is set to: 0 plain kernels, 1 emulated, 2 PTX
 * @param reason why it is so
 */
record TensorCores(int blocks, String reason) {
  static final String PROPERTY = "mien.opencl.tensorcores";
  static final int PLAIN = 0;
  static final int EMULATED = 1;
  static final int PTX = 2;
  private static final System.Logger LOG = System.getLogger(TensorCores.class.getName());

  /** What the property asks for. */
  enum Use {
    AUTO, NEVER, EMULATED;

    static Use chosen() {
      String word = System.getProperty(PROPERTY, "auto");
      return Arrays.stream(values()).filter(u -> u.name().toLowerCase(Locale.ROOT).equals(word)).findFirst().orElseThrow(
          () -> new IllegalStateException("-D" + PROPERTY + "=" + word + " is no choice; there are auto, never, emulated"));
    }
  }

  /** Decides for a device that is being opened. */
  static TensorCores find(ClContext context, OpenClMemory memory, Tiling tiling, Precision precision, Use use) {
    if (precision == Precision.FP32) {
      return new TensorCores(PLAIN, "float32 products do not run on tensor cores");
    }
    if (use == Use.NEVER) {
      return new TensorCores(PLAIN, "-D" + PROPERTY + "=never");
    }
    if (use == Use.AUTO && !context.device.nvidia()) {
      return new TensorCores(PLAIN, "it is no GPU of NVIDIA; " + precision + " is emulated by the plain kernels");
    }
    var found = of(context, memory, tiling, precision, use == Use.EMULATED ? EMULATED : PTX, integers());
    LOG.log(System.Logger.Level.DEBUG, "{0} on {1}: {2}", precision, context.device.name(), found.reason);
    return found;
  }

  /** For {@code mien doctor}: whether the compiler takes the blocks. Empty for what is no GPU of NVIDIA. */
  static String describe(ClDevice device) {
    if (!device.nvidia()) {
      return "";
    }
    try (var context = new ClContext(device)) {
      String obstacle = obstacle(context, Precision.TF32, PTX);
      return obstacle == null ? ", tensor cores by inline PTX (for -D" + Precision.PROPERTY + "=fp32_split, tf32 or bf16, after a self-check)"
          : ", no tensor cores: " + obstacle;
    }
  }

  /** With the numbers of the self-check. */
  static TensorCores of(ClContext context, OpenClMemory memory, Tiling tiling, Precision precision, int blocks, float[] numbers) {
    String obstacle = obstacle(context, precision, blocks);
    if (obstacle == null) {
      try {
        obstacle = mismatch(context, memory, tiling, precision, blocks, numbers);
      } catch (OpenClException e) {
        obstacle = "the self-check failed: " + e.getMessage();
      }
    }
    return obstacle == null ? new TensorCores(blocks, blocks == PTX ? "tensor cores, by inline PTX" : "tensor cores' arithmetic in plain C")
        : new TensorCores(PLAIN, obstacle + "; " + precision + " is emulated by the plain kernels");
  }

  /** Why the device's compiler does not take the blocks; null when it does. */
  static String obstacle(ClContext context, Precision precision, int blocks) {
    try {
      context.programs.kernel("dense", OpenClDense.options(Tiling.DEFAULT, precision, blocks), "gemm");
      return null;
    } catch (OpenClException e) {
      return e.getMessage().contains("takes no inline PTX") ? "its compiler takes no inline PTX" : "a trial build failed: " + e.getMessage();
    }
  }

  /** Small whole numbers: every mode holds them, their products and sums exactly, so the results must be the same to the bit. */
  private static float[] integers() {
    float[] numbers = new float[997];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i * 31 % 17 - 8;
    }
    return numbers;
  }

  /** Which of the products comes out otherwise than from the plain float32 kernels; null when none does. Every size leaves a rest. */
  private static String mismatch(ClContext context, OpenClMemory memory, Tiling tiling, Precision precision, int blocks, float[] numbers) {
    var plain = new OpenClDense(context, memory, Precision.FP32, tiling, OpenClWinograd.Use.NEVER, PLAIN);
    var tried = new OpenClDense(context, memory, precision, tiling, OpenClWinograd.Use.NEVER, blocks);
    var g = new Conv2d(2, 1, 1, 2, 1, 1, 1);
    int[] image = {2, 5, 11, 9};
    int[] weight = {21, 5, 3, 3};
    int[] result = {2, 21, g.outHeight(11, 3), g.outWidth(9, 3)};
    for (int each : Tiling.CANDIDATES) {
      tiling.force(each);
      try (var work = new Work(memory, numbers)) {
        Buffer a = work.filled(75, 37);
        Buffer b = work.filled(37, 69);
        Buffer x = work.filled(image);
        Buffer w = work.filled(weight);
        Buffer gy = work.filled(result);
        String tile = " with tiles of " + Tiling.SIDE * each + " differs from the plain kernel's";
        if (work.differ(d -> y -> d.gemm(Gemm.of(75, 69, 37, false, false, 0), a, b, y), plain, tried, 75, 69)) {
          return "its product" + tile;
        }
        if (work.differ(d -> y -> d.conv2d(g, x, w, new Epilogue(null, null, Epilogue.Activation.NONE, null), y), plain, tried, result)) {
          return "its convolution" + tile;
        }
        if (work.differ(d -> y -> d.conv2dGradInput(g, gy, w, y), plain, tried, image)) {
          return "its data gradient" + tile;
        }
        if (work.differ(d -> y -> d.conv2dGradWeight(g, x, gy, y, null), plain, tried, weight)) {
          return "its weight gradient" + tile;
        }
      } finally {
        tiling.force(0);
      }
    }
    return null;
  }

  /** Operands of the self-check. */
  private static final class Work implements AutoCloseable {
    private final OpenClMemory memory;
    private final float[] numbers;
    private final List<Buffer> buffers = new ArrayList<>();

    Work(OpenClMemory memory, float[] numbers) {
      this.memory = memory;
      this.numbers = numbers;
    }

    private Buffer empty(int... dims) {
      var buffer = memory.allocate(ElementType.REAL, Kind.PLAIN, dims);
      buffers.add(buffer);
      return buffer;
    }

    Buffer filled(int... dims) {
      var buffer = empty(dims);
      float[] values = new float[(int) buffer.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = numbers[(i + 7 * dims[0]) % numbers.length];
      }
      memory.upload(values, buffer);
      return buffer;
    }

    boolean differ(Function<OpenClDense, Consumer<Buffer>> product, OpenClDense plain, OpenClDense tried,
                   int... dims) {
      return !Arrays.equals(run(product.apply(plain), dims), run(product.apply(tried), dims));
    }

    private float[] run(Consumer<Buffer> product, int... dims) {
      var y = empty(dims);
      product.accept(y);
      float[] values = new float[(int) y.count()];
      memory.download(y, values);
      return values;
    }

    @Override
    public void close() {
      buffers.forEach(memory::release);
    }
  }
}
