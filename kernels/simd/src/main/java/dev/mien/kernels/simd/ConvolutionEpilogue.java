package dev.mien.kernels.simd;

import dev.mien.kernels.Epilogue;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What follows a convolution beside its bias, applied to pieces of the result while they are in the cache: {@code y = act(y +
 * residual)}. Every element has the bits that the separate kernels would give it.
 */
final class ConvolutionEpilogue {
  private final SimdBuffer y;
  private final SimdBuffer residual;
  private final Epilogue.Activation activation;
  /** By channel, up to a whole block of 16; 0 in padding lanes. Null without PRELU. */
  private final float[] slopes;

  private ConvolutionEpilogue(Epilogue epilogue, SimdBuffer y) {
    this.y = y;
    this.residual = SimdBuffer.orNull(epilogue.residual());
    this.activation = epilogue.activation();
    if (epilogue.slope() == null) {
      slopes = null;
      return;
    }
    var s = SimdBuffer.of(epilogue.slope());
    slopes = new float[y.channelBlocks() * Lanes.BLOCK];
    for (int c = 0; c < y.dim(1); c++) {
      slopes[c] = s.reals[s.offset + (s.count() == 1 ? 0 : c)];
    }
  }

  /** Null when nothing is left to do after the bias. */
  static ConvolutionEpilogue of(Epilogue epilogue, SimdBuffer y) {
    boolean nothing = epilogue == null || epilogue.residual() == null && epilogue.activation() == Epilogue.Activation.NONE;
    return nothing ? null : new ConvolutionEpilogue(epilogue, y);
  }

  /**
   * Works on pixels of one image and one block of 16 channels.
   *
   * @param block image * channel blocks + block
   * @param pixel first pixel of the plane
   * @param lane first lane of the block, a multiple of the vector length
   * @param laneEnd lane behind the last
   */
  void apply(int block, int pixel, int pixels, int lane, int laneEnd) {
    int at = (block * y.plane() + pixel) * Lanes.BLOCK;
    int n = pixels * Lanes.BLOCK;
    int yo = y.offset + at;
    int ro = residual == null ? 0 : residual.offset + at;
    int channel = block % y.channelBlocks() * Lanes.BLOCK;
    for (int g = lane; g < laneEnd; g += Lanes.COUNT) {
      switch (activation) {
        case NONE -> add(y.reals, yo + g, residual.reals, ro + g, n);
        case RELU -> {
          if (residual == null) {
            relu(y.reals, yo + g, n);
          } else {
            addRelu(y.reals, yo + g, residual.reals, ro + g, n);
          }
        }
        case PRELU -> {
          if (residual == null) {
            prelu(y.reals, yo + g, n, slopes, channel + g);
          } else {
            addPrelu(y.reals, yo + g, residual.reals, ro + g, n, slopes, channel + g);
          }
        }
      }
    }
  }

  private static void add(float[] y, int yo, float[] r, int ro, int n) {
    for (int i = 0; i < n; i += Lanes.BLOCK) {
      FloatVector.fromArray(Lanes.F, y, yo + i).add(FloatVector.fromArray(Lanes.F, r, ro + i)).intoArray(y, yo + i);
    }
  }

  private static void relu(float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.BLOCK) {
      var v = FloatVector.fromArray(Lanes.F, y, yo + i);
      v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
    }
  }

  private static void addRelu(float[] y, int yo, float[] r, int ro, int n) {
    for (int i = 0; i < n; i += Lanes.BLOCK) {
      var v = FloatVector.fromArray(Lanes.F, y, yo + i).add(FloatVector.fromArray(Lanes.F, r, ro + i));
      v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
    }
  }

  private static void prelu(float[] y, int yo, int n, float[] slopes, int so) {
    var s = FloatVector.fromArray(Lanes.F, slopes, so);
    for (int i = 0; i < n; i += Lanes.BLOCK) {
      var v = FloatVector.fromArray(Lanes.F, y, yo + i);
      v.mul(s).blend(v, v.compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
    }
  }

  private static void addPrelu(float[] y, int yo, float[] r, int ro, int n, float[] slopes, int so) {
    var s = FloatVector.fromArray(Lanes.F, slopes, so);
    for (int i = 0; i < n; i += Lanes.BLOCK) {
      var v = FloatVector.fromArray(Lanes.F, y, yo + i).add(FloatVector.fromArray(Lanes.F, r, ro + i));
      v.mul(s).blend(v, v.compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
    }
  }
}
