package dev.mien.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** DJL's functions with weights that are made when first asked for and found again in order. */
final class DjlLayers implements Layers<NDArray> {
  private final NDManager manager;
  private final boolean train;
  private final List<NDArray> tensors = new ArrayList<>();
  private final List<NDArray> parameters = new ArrayList<>();
  private int next;

  DjlLayers(NDManager manager, boolean train) {
    this.manager = manager;
    this.train = train;
  }

  /** Begins a pass. */
  DjlLayers fromTheStart() {
    next = 0;
    return this;
  }

  List<NDArray> parameters() {
    return parameters;
  }

  private NDArray tensor(boolean parameter, Supplier<NDArray> make) {
    if (next == tensors.size()) {
      var made = make.get();
      NDScope.unregister(made);
      made.setRequiresGradient(parameter && train);
      tensors.add(made);
      if (parameter) {
        parameters.add(made);
      }
    }
    return tensors.get(next++);
  }

  private NDArray normal(double deviation, long... dims) {
    return tensor(true, () -> manager.randomNormal(0, (float) deviation, new Shape(dims), ai.djl.ndarray.types.DataType.FLOAT32));
  }

  private NDArray filled(boolean parameter, double value, long... dims) {
    return tensor(parameter, () -> manager.full(new Shape(dims), (float) value));
  }

  @Override
  public NDArray convolution(NDArray x, int in, int out, int kernel, int stride, int padding) {
    var w = normal(Math.sqrt(2.0 / ((double) out * kernel * kernel)), out, in, kernel, kernel);
    return x.getNDArrayInternal().convolution(x, w, null, new Shape(stride, stride), new Shape(padding, padding), new Shape(1, 1), 1)
        .singletonOrThrow();
  }

  @Override
  public NDArray batchNorm(NDArray x, int channels, boolean affine) {
    var gamma = filled(affine, 1, channels);
    var beta = filled(affine, 0, channels);
    var mean = filled(false, 0, channels);
    var variance = filled(false, 1, channels);
    return x.getNDArrayInternal().batchNorm(x, mean, variance, gamma, beta, 1, 0.9f, 1e-5f, train).singletonOrThrow();
  }

  @Override
  public NDArray relu(NDArray x) {
    return x.getNDArrayInternal().relu();
  }

  @Override
  public NDArray prelu(NDArray x, int channels) {
    return prelu(x, filled(true, 0.25, 1, channels, 1, 1));
  }

  /** DJL's own throws "Not implemented". */
  static NDArray prelu(NDArray x, NDArray slope) {
    return x.getNDArrayInternal().relu().add(x.minimum(0f).mul(slope));
  }

  @Override
  public NDArray add(NDArray a, NDArray b) {
    return a.addi(b);
  }

  @Override
  public NDArray maxPool(NDArray x, int kernel, int stride, int padding) {
    return x.getNDArrayInternal().maxPool(new Shape(kernel, kernel), new Shape(stride, stride), new Shape(padding, padding), false);
  }

  @Override
  public NDArray globalAverage(NDArray x) {
    return JniUtils.adaptiveAvgPool((PtNDArray) x, new Shape(1, 1)).reshape(x.getShape().get(0), x.getShape().get(1));
  }

  @Override
  public NDArray flatten(NDArray x) {
    return x.reshape(x.getShape().get(0), -1);
  }

  @Override
  public NDArray linear(NDArray x, int in, int out) {
    var w = normal(Math.sqrt(1.0 / in), out, in);
    return x.getNDArrayInternal().linear(x, w, filled(true, 0, out)).singletonOrThrow();
  }

  @Override
  public NDArray dropout(NDArray x, double probability) {
    return train ? x.getNDArrayInternal().dropout(x, (float) probability, true).singletonOrThrow() : x;
  }

  @Override
  public NDArray unitLength(NDArray x) {
    return x.div(x.square().sum(new int[] {1}, true).sqrt());
  }
}
