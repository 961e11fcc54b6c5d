package dev.mien.engine.system;

import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.ConvNormAct;
import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Flatten;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.MaxPool2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.PRelu;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Convolution;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;

/** A residual network of two blocks, the second with a stride and a projection; every kind of layer is in it. */
final class TestNet extends Module {
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final PRelu act;
  private final MaxPool2d pool;
  private final Block block1;
  private final Block block2;
  private final Sequential head;

  /** @param width channels of the first block */
  TestNet(int width, int classes, Rng rng) {
    conv1 = child("conv1", new Conv2d(3, width, 3, Convolution.Options.of(1, 1), true, rng.split("conv1")));
    bn1 = child("bn1", new BatchNorm2d(width));
    act = child("act", new PRelu(width));
    pool = child("pool", new MaxPool2d(2, 2, 0));
    block1 = child("block1", new Block(width, width, 1, rng.split("block1")));
    block2 = child("block2", new Block(width, 2 * width, 2, rng.split("block2")));
    head = child("head", new Sequential(new AdaptiveAveragePool2d(1, 1), new Flatten(), new Dropout(0.25),
        new Linear(2 * width, classes, rng.split("head"))));
  }

  @Override
  public TestNet to(Device device) {
    super.to(device);
    return this;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var y = ConvNormAct.convNormAct(x, conv1, bn1, null, false, context);
    y = pool.forward(act.forward(y, context), context);
    y = block1.forward(y, context);
    y = block2.forward(y, context);
    return head.forward(y, context);
  }

  /** He et al. 2016, Figure 2. */
  static final class Block extends Module {
    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;
    private final Conv2d down;
    private final BatchNorm2d downNorm;

    Block(int in, int out, int stride, Rng rng) {
      conv1 = child("conv1", new Conv2d(in, out, 3, Convolution.Options.of(stride, 1), rng.split("conv1")));
      bn1 = child("bn1", new BatchNorm2d(out));
      conv2 = child("conv2", new Conv2d(out, out, 3, Convolution.Options.of(1, 1), rng.split("conv2")));
      bn2 = child("bn2", new BatchNorm2d(out));
      boolean project = stride != 1 || in != out;
      down = project ? child("down", new Conv2d(in, out, 1, Convolution.Options.of(stride, 0), rng.split("down"))) : null;
      downNorm = project ? child("downNorm", new BatchNorm2d(out)) : null;
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      var shortcut = down == null ? x : ConvNormAct.convNormAct(x, down, downNorm, null, false, context);
      var y = ConvNormAct.convNormAct(x, conv1, bn1, null, true, context);
      return ConvNormAct.convNormAct(y, conv2, bn2, shortcut, true, context);
    }
  }

  static HostTensor images(int n, int side, Rng rng) {
    var data = new float[n * 3 * side * side];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) rng.gaussian(i);
    }
    return HostTensor.of(data, n, 3, side, side);
  }

  static HostTensor labels(int n, int classes, Rng rng) {
    var data = new int[n];
    for (int i = 0; i < n; i++) {
      data[i] = rng.below(classes, i);
    }
    return HostTensor.of(data, n);
  }
}
