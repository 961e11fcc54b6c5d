package dev.mien.bench.peers;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** libtorch's functions with weights that are made when first asked for and found again in order. */
final class TorchLayers implements Layers<Tensor> {
  private final boolean train;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Tensor> parameters = new ArrayList<>();
  private int next;

  TorchLayers(boolean train) {
    this.train = train;
  }

  /** Begins a pass. */
  TorchLayers fromTheStart() {
    next = 0;
    return this;
  }

  TensorVector parameters() {
    return new TensorVector(parameters.toArray(Tensor[]::new));
  }

  /** The next tensor in order; made outside any scope on the first pass. */
  private Tensor tensor(boolean parameter, Supplier<Tensor> make) {
    if (next == tensors.size()) {
      try (var scope = new PointerScope()) {
        var made = make.get();
        made.set_requires_grad(parameter && train);
        made.retainReference();
        tensors.add(made);
        if (parameter) {
          parameters.add(made);
        }
      }
    }
    return tensors.get(next++);
  }

  private Tensor normal(double deviation, long... dims) {
    return tensor(true, () -> torch.randn(dims).mul_(new Scalar(deviation)));
  }

  private Tensor filled(boolean parameter, double value, long... dims) {
    return tensor(parameter, () -> torch.full(dims, new Scalar(value)));
  }

  @Override
  public Tensor convolution(Tensor x, int in, int out, int kernel, int stride, int padding) {
    var w = normal(Math.sqrt(2.0 / ((double) out * kernel * kernel)), out, in, kernel, kernel);
    return torch.conv2d(x, w, new TensorOptional(), new long[] {stride, stride}, new long[] {padding, padding}, new long[] {1, 1}, 1);
  }

  @Override
  public Tensor batchNorm(Tensor x, int channels, boolean affine) {
    var gamma = affine ? new TensorOptional(filled(true, 1, channels)) : new TensorOptional();
    var beta = affine ? new TensorOptional(filled(true, 0, channels)) : new TensorOptional();
    var mean = filled(false, 0, channels);
    var variance = filled(false, 1, channels);
    return torch.batch_norm(x, gamma, beta, new TensorOptional(mean), new TensorOptional(variance), train, 0.1, 1e-5, false);
  }

  @Override
  public Tensor relu(Tensor x) {
    return x.relu_();
  }

  @Override
  public Tensor prelu(Tensor x, int channels) {
    return torch.prelu(x, filled(true, 0.25, channels));
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return a.add_(b);
  }

  @Override
  public Tensor maxPool(Tensor x, int kernel, int stride, int padding) {
    return torch.max_pool2d(x, new long[] {kernel, kernel}, new long[] {stride, stride}, new long[] {padding, padding}, new long[] {1, 1},
        false);
  }

  @Override
  public Tensor globalAverage(Tensor x) {
    return torch.flatten(torch.adaptive_avg_pool2d(x, 1, 1), 1, -1);
  }

  @Override
  public Tensor flatten(Tensor x) {
    return torch.flatten(x, 1, -1);
  }

  @Override
  public Tensor linear(Tensor x, int in, int out) {
    var w = normal(Math.sqrt(1.0 / in), out, in);
    return torch.linear(x, w, new TensorOptional(filled(true, 0, out)));
  }

  @Override
  public Tensor dropout(Tensor x, double probability) {
    return torch.dropout(x, probability, train);
  }

  @Override
  public Tensor upsample(Tensor x, int side) {
    return torch.upsample_bilinear2d(x, new long[] {side, side}, true);
  }

  @Override
  public Tensor gate(Tensor mask, Tensor x) {
    return mask.sigmoid_().add(new Scalar(1)).mul(x);
  }

  @Override
  public Tensor unitLength(Tensor x) {
    return x.div(x.mul(x).sum(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional()).sqrt());
  }
}
