package dev.mien.kernels.opencl;

import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Unary;

/** Elementwise functions, broadcasting, sums and movement. */
final class OpenClPointwise {
  /** Sums of fewer terms are added by one item. */
  private static final int ITEM_TERMS = 64;

  private final ClContext context;
  private final OpenClMemory memory;
  private final ChannelSums channels;

  OpenClPointwise(ClContext context, OpenClMemory memory) {
    this.context = context;
    this.memory = memory;
    this.channels = new ChannelSums(context, memory);
  }

  private Launch launch(String kernel) {
    return Launch.of(context, "pointwise", kernel);
  }

  private static int count(Buffer b) {
    return (int) b.count();
  }

  /** The number of a function in {@code pointwise.cl}, and its two constants. */
  private record UnaryCode(int f, float a, float b) {
    static UnaryCode of(Unary f) {
      return switch (f) {
        case Unary.Relu _ -> new UnaryCode(0, 0, 0);
        case Unary.LeakyRelu r -> new UnaryCode(1, (float) r.slope(), 0);
        case Unary.Sigmoid _ -> new UnaryCode(2, 0, 0);
        case Unary.Tanh _ -> new UnaryCode(3, 0, 0);
        case Unary.Gelu _ -> new UnaryCode(4, 0, 0);
        case Unary.Silu _ -> new UnaryCode(5, 0, 0);
        case Unary.Exp _ -> new UnaryCode(6, 0, 0);
        case Unary.Log _ -> new UnaryCode(7, 0, 0);
        case Unary.Sqrt _ -> new UnaryCode(8, 0, 0);
        case Unary.Square _ -> new UnaryCode(9, 0, 0);
        case Unary.Abs _ -> new UnaryCode(10, 0, 0);
        case Unary.Affine r -> new UnaryCode(11, (float) r.scale(), (float) r.shift());
        case Unary.Clamp r -> new UnaryCode(12, (float) r.low(), (float) r.high());
      };
    }
  }

  void unary(Unary f, Buffer x, Buffer y) {
    var code = UnaryCode.of(f);
    launch("unary").value(code.f).value(code.a).value(code.b).buffer(x).buffer(y).value(count(y)).items(count(y));
  }

  void unaryBackward(Unary f, Buffer x, Buffer y, Buffer gy, Buffer gx) {
    var code = UnaryCode.of(f);
    launch("unary_backward").value(code.f).value(code.a).value(code.b).buffer(x).buffer(y).buffer(gy).buffer(gx).value(count(gx))
        .items(count(gx));
  }

  void binary(Binary f, Buffer a, Buffer b, Buffer y) {
    int n = count(y);
    if (a.sameShape(y) && b.sameShape(y)) {
      launch("binary_equal").value(f.ordinal()).buffer(a).buffer(b).buffer(y).value(n).items(n);
      return;
    }
    int[][] walk = Strides.merged(y.dims(), Strides.repeating(Strides.padded(a.dims(), y.rank())),
        Strides.repeating(Strides.padded(b.dims(), y.rank())));
    launch("binary_strided").value(f.ordinal()).buffer(a).buffer(b).buffer(y).value(n).ints8(walk[0], 1).ints8(walk[1], 0)
        .ints8(walk[2], 0).items(n);
  }

  void expand(Buffer x, Buffer y) {
    gather(x, y, y.dims(), Strides.repeating(Strides.padded(x.dims(), y.rank())));
  }

  void permute(int[] order, Buffer x, Buffer y) {
    int[] from = Strides.repeating(x.dims());
    int[] strides = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      strides[i] = from[order[i]];
    }
    gather(x, y, y.dims(), strides);
  }

  private void gather(Buffer x, Buffer y, int[] extents, int[] strides) {
    int[][] walk = Strides.merged(extents, strides);
    launch("gather_strided").buffer(x).buffer(y).value(count(y)).ints8(walk[0], 1).ints8(walk[1], 0).items(count(y));
  }

  void sum(Buffer x, Buffer y, double scale) {
    int[] dims = x.dims();
    int[] strides = Strides.repeating(dims);
    int[] kept = dims.clone();
    int[] summed = dims.clone();
    for (int i = 0; i < dims.length; i++) {
      boolean sums = y.dim(i) == 1;
      kept[i] = sums ? 1 : dims[i];
      summed[i] = sums ? dims[i] : 1;
    }
    int[][] outer = Strides.merged(kept, strides);
    int[][] inner = Strides.merged(summed, strides);
    int terms = (int) Buffer.count(summed);
    int outputs = count(y);
    if (terms < ITEM_TERMS) {
      Launch.of(context, "reduce", "sum_items").buffer(x).buffer(y).value((float) scale).value(outputs).value(terms).ints8(outer[0], 1)
          .ints8(outer[1], 0).ints8(inner[0], 1).ints8(inner[1], 0).items(outputs);
    } else {
      Launch.of(context, "reduce", "sum_groups").buffer(x).buffer(y).value((float) scale).value(terms).ints8(outer[0], 1)
          .ints8(outer[1], 0).ints8(inner[0], 1).ints8(inner[1], 0).groups(outputs);
    }
  }

  void axpby(double alpha, Buffer x, double beta, Buffer y) {
    launch("axpby").value((float) alpha).buffer(x).value((float) beta).buffer(y).value(count(y)).items(count(y));
  }

  /** Elements behind axis 1. */
  static int inner(Buffer x) {
    int inner = 1;
    for (int i = 2; i < x.rank(); i++) {
      inner *= x.dim(i);
    }
    return inner;
  }

  private static int channels(Buffer x) {
    return x.rank() > 1 ? x.dim(1) : 1;
  }

  void prelu(Buffer x, Buffer slope, Buffer y) {
    launch("prelu").buffer(x).buffer(slope).value(slope.count() == 1).buffer(y).value(channels(x)).value(inner(x)).value(count(x))
        .items(count(x));
  }

  void preluBackward(Buffer x, Buffer slope, Buffer gy, Buffer gx, Buffer gSlope) {
    if (gSlope != null) { // first: gx may be gy
      boolean shared = gSlope.count() == 1;
      channels.slopes(x, gy, shared ? 1 : channels(x), shared ? count(x) : inner(x), gSlope);
    }
    if (gx != null) {
      launch("prelu_backward").buffer(x).buffer(slope).value(slope.count() == 1).buffer(gy).buffer(gx).value(channels(x)).value(inner(x))
          .value(count(x)).items(count(x));
    }
  }

  void dropout(double p, long key, Buffer x, Buffer y) {
    long threshold = (long) Math.ceil(p * 0x1p24); // u = bits 2^-24 < p
    launch("dropout").buffer(x).buffer(y).value(key).value(threshold).value((float) (1 / (1 - p))).value(count(x)).items(count(x));
  }

  void concat(int axis, Buffer[] parts, Buffer y) {
    int inner = product(y, axis + 1, y.rank());
    int start = 0;
    for (var part : parts) {
      int run = part.dim(axis) * inner;
      if (part.count() > 0) {
        launch("copy_runs").buffer(part).value(0).value(run).buffer(y).value(start * inner).value(y.dim(axis) * inner).value(run)
            .value(count(part)).items(count(part));
      }
      start += part.dim(axis);
    }
  }

  void slice(int axis, int start, Buffer x, Buffer y) {
    int inner = product(y, axis + 1, y.rank());
    int run = y.dim(axis) * inner;
    if (y.count() > 0) {
      launch("copy_runs").buffer(x).value(start * inner).value(x.dim(axis) * inner).buffer(y).value(0).value(run).value(run)
          .value(count(y)).items(count(y));
    }
  }

  private static int product(Buffer b, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= b.dim(i);
    }
    return product;
  }

  void normalizeBytes(Buffer x, float[] mean, float[] deviation, Buffer y) {
    try (var m = memory.lease(mean.length); var d = memory.lease(deviation.length)) {
      memory.upload(mean, m.buffer());
      memory.upload(deviation, d.buffer());
      launch("normalize_bytes").buffer(x).buffer(m.buffer()).buffer(d.buffer()).buffer(y).value(x.dim(1)).value(inner(x)).value(count(y))
          .items(count(y));
    }
  }
}
