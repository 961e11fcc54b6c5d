package dev.mien.kernels.reference;

import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import java.util.Arrays;

/** Elementwise kernels. */
final class ReferencePointwise {
  private final ReferenceMemory memory;

  ReferencePointwise(ReferenceMemory memory) {
    this.memory = memory;
  }

  void unary(Unary f, Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("unary", "x", xBuffer);
    double[] y = memory.reals("unary", "y", yBuffer);
    Check.same("unary", "x", xBuffer, "y", yBuffer);
    for (int i = 0; i < x.length; i++) {
      y[i] = value(f, x[i]);
    }
  }

  private static double value(Unary f, double x) {
    return switch (f) {
      case Unary.Relu u -> Math.max(0, x);
      case Unary.LeakyRelu u -> x > 0 ? x : u.slope() * x;
      case Unary.Sigmoid u -> ReferenceMath.sigmoid(x);
      case Unary.Tanh u -> StrictMath.tanh(x);
      case Unary.Gelu u -> x * ReferenceMath.normalCdf(x);
      case Unary.Silu u -> x * ReferenceMath.sigmoid(x);
      case Unary.Exp u -> StrictMath.exp(x);
      case Unary.Log u -> StrictMath.log(x);
      case Unary.Sqrt u -> Math.sqrt(x);
      case Unary.Square u -> x * x;
      case Unary.Abs u -> Math.abs(x);
      case Unary.Affine u -> u.scale() * x + u.shift();
      case Unary.Clamp u -> Math.min(Math.max(x, u.low()), u.high());
    };
  }

  void unaryBackward(Unary f, Buffer xBuffer, Buffer yBuffer, Buffer gyBuffer, Buffer gxBuffer) {
    String kernel = "unaryBackward";
    double[] x = memory.reals(kernel, "x", xBuffer);
    double[] y = memory.reals(kernel, "y", yBuffer);
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] gx = memory.reals(kernel, "gx", gxBuffer);
    Check.same(kernel, "y", yBuffer, "x", xBuffer);
    Check.same(kernel, "gy", gyBuffer, "x", xBuffer);
    Check.same(kernel, "gx", gxBuffer, "x", xBuffer);
    for (int i = 0; i < x.length; i++) {
      gx[i] = gy[i] * slope(f, x[i], y[i]);
    }
  }

  private static double slope(Unary f, double x, double y) {
    return switch (f) {
      case Unary.Relu u -> x > 0 ? 1 : 0;
      case Unary.LeakyRelu u -> x > 0 ? 1 : u.slope();
      case Unary.Sigmoid u -> y * (1 - y);
      case Unary.Tanh u -> 1 - y * y;
      case Unary.Gelu u -> ReferenceMath.normalCdf(x) + x * ReferenceMath.normalDensity(x);
      case Unary.Silu u -> {
        double s = ReferenceMath.sigmoid(x);
        yield s + x * s * (1 - s);
      }
      case Unary.Exp u -> y;
      case Unary.Log u -> 1 / x;
      case Unary.Sqrt u -> 0.5 / y;
      case Unary.Square u -> 2 * x;
      case Unary.Abs u -> x > 0 ? 1 : x < 0 ? -1 : 0;
      case Unary.Affine u -> u.scale();
      case Unary.Clamp u -> x >= u.low() && x <= u.high() ? 1 : 0;
    };
  }

  void binary(Binary f, Buffer aBuffer, Buffer bBuffer, Buffer yBuffer) {
    double[] a = memory.reals("binary", "a", aBuffer);
    double[] b = memory.reals("binary", "b", bBuffer);
    double[] y = memory.reals("binary", "y", yBuffer);
    var shapes = Arrays.toString(aBuffer.dims()) + " and " + Arrays.toString(bBuffer.dims());
    Check.that(aBuffer.rank() == yBuffer.rank() && bBuffer.rank() == yBuffer.rank(), "binary", "operands " + shapes
        + " and result " + Arrays.toString(yBuffer.dims()) + " must have one rank");
    for (int axis = 0; axis < yBuffer.rank(); axis++) {
      Check.that(yBuffer.dim(axis) == aBuffer.dim(axis) || yBuffer.dim(axis) == bBuffer.dim(axis), "binary", "operands " + shapes
          + " do not give the result " + Arrays.toString(yBuffer.dims()));
    }
    var atA = Walk.broadcast("binary", "a", aBuffer, yBuffer);
    var atB = Walk.broadcast("binary", "b", bBuffer, yBuffer);
    inPlaceOnlyWhole("a", aBuffer, yBuffer);
    inPlaceOnlyWhole("b", bBuffer, yBuffer);
    for (int i = 0; i < y.length; i++) {
      double left = a[atA.offset()];
      double right = b[atB.offset()];
      y[i] = switch (f) {
        case ADD -> left + right;
        case SUBTRACT -> left - right;
        case MULTIPLY -> left * right;
        case DIVIDE -> left / right;
      };
      atA.next();
      atB.next();
    }
  }

  private static void inPlaceOnlyWhole(String name, Buffer operand, Buffer y) {
    if (!operand.sameShape(y)) {
      Check.distinct("binary", name, operand, "y", y);
    }
  }

  void axpby(double alpha, Buffer xBuffer, double beta, Buffer yBuffer) {
    double[] x = memory.reals("axpby", "x", xBuffer);
    double[] y = memory.reals("axpby", "y", yBuffer);
    Check.same("axpby", "x", xBuffer, "y", yBuffer);
    for (int i = 0; i < x.length; i++) {
      y[i] = beta == 0 ? alpha * x[i] : alpha * x[i] + beta * y[i];
    }
  }

  void prelu(Buffer xBuffer, Buffer slopeBuffer, Buffer yBuffer) {
    double[] x = memory.reals("prelu", "x", xBuffer);
    double[] slope = memory.reals("prelu", "slope", slopeBuffer);
    double[] y = memory.reals("prelu", "y", yBuffer);
    Check.same("prelu", "x", xBuffer, "y", yBuffer);
    var channels = Channels.of("prelu", xBuffer, slopeBuffer);
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] > 0 ? x[i] : slope[channels.at(i)] * x[i];
    }
  }

  void preluBackward(Buffer xBuffer, Buffer slopeBuffer, Buffer gyBuffer, Buffer gxBuffer, Buffer gSlopeBuffer) {
    String kernel = "preluBackward";
    double[] x = memory.reals(kernel, "x", xBuffer);
    double[] slope = memory.reals(kernel, "slope", slopeBuffer);
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] gx = memory.realsOrNull(kernel, "gx", gxBuffer);
    double[] gSlope = memory.realsOrNull(kernel, "gSlope", gSlopeBuffer);
    Check.same(kernel, "gy", gyBuffer, "x", xBuffer);
    var channels = Channels.of(kernel, xBuffer, slopeBuffer);
    if (gx != null) {
      Check.same(kernel, "gx", gxBuffer, "x", xBuffer);
    }
    if (gSlope != null) {
      Check.same(kernel, "gSlope", gSlopeBuffer, "slope", slopeBuffer);
      Arrays.fill(gSlope, 0);
    }
    for (int i = 0; i < x.length; i++) {
      int c = channels.at(i);
      boolean positive = x[i] > 0;
      if (gSlope != null && !positive) {
        gSlope[c] += gy[i] * x[i];
      }
      if (gx != null) {
        gx[i] = positive ? gy[i] : slope[c] * gy[i];
      }
    }
  }

  /** Which slope belongs to a logical index. */
  private record Channels(int count, int pixels) {
    static Channels of(String kernel, Buffer x, Buffer slope) {
      Check.that(slope.kind() == Kind.PLAIN && slope.rank() == 1
          && (slope.dim(0) == 1 || x.rank() >= 2 && slope.dim(0) == x.dim(1)), kernel, "slope is " + slope + ", x is " + x
          + "; expected slope PLAIN [1] or [C] with C the extent of x's axis 1");
      int pixels = 1;
      for (int axis = 2; axis < x.rank(); axis++) {
        pixels *= x.dim(axis);
      }
      return new Channels(slope.dim(0), pixels);
    }

    int at(int index) {
      return count == 1 ? 0 : index / pixels % count;
    }
  }

  void dropout(double p, long key, Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("dropout", "x", xBuffer);
    double[] y = memory.reals("dropout", "y", yBuffer);
    Check.same("dropout", "x", xBuffer, "y", yBuffer);
    Check.that(p >= 0 && p <= 1, "dropout", "probability " + p + " is outside [0, 1], x is " + xBuffer);
    for (int i = 0; i < x.length; i++) {
      y[i] = CounterRandom.uniform(key, i) < p ? 0 : x[i] / (1 - p);
    }
  }

  void normalizeBytes(Buffer xBuffer, float[] mean, float[] deviation, Buffer yBuffer) {
    String kernel = "normalizeBytes";
    byte[] x = memory.bytes(kernel, "x", xBuffer);
    double[] y = memory.reals(kernel, "y", yBuffer);
    Check.that(xBuffer.type() == ElementType.UINT8, kernel, "x is " + xBuffer + ", expected type UINT8");
    Check.image(kernel, "x", xBuffer);
    Check.same(kernel, "y", yBuffer, "x", xBuffer);
    int channels = xBuffer.dim(1);
    Check.that(mean.length == channels && deviation.length == channels, kernel, "x has shape " + Arrays.toString(xBuffer.dims())
        + ", but there are " + mean.length + " means and " + deviation.length + " deviations");
    int pixels = xBuffer.dim(2) * xBuffer.dim(3);
    for (int i = 0; i < x.length; i++) {
      int c = i / pixels % channels;
      y[i] = (Byte.toUnsignedInt(x[i]) / 255.0 - mean[c]) / deviation[c];
    }
  }
}
