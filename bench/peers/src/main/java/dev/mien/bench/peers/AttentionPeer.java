package dev.mien.bench.peers;

import java.util.ArrayList;

/** Attention-56, layer for layer that of our own {@code models.backbone.AttentionNet}. */
final class AttentionPeer {
  private static final int[] DEPTHS = {3, 2, 1};
  private static final int STEM = 64;
  private static final int WIDTH = 256;
  private static final int SIDE = 56;

  private AttentionPeer() {}

  /** Logits for images of 224 pixels. */
  static <T> T forward(Layers<T> net, T images, int classes) {
    var x = net.relu(net.batchNorm(net.convolution(images, 3, STEM, 7, 2, 3), STEM, true));
    x = net.maxPool(x, 3, 2, 1);
    int channels = STEM;
    for (int stage = 0; stage < DEPTHS.length; stage++) {
      int width = WIDTH << stage;
      x = unit(net, x, channels, width, stage == 0 ? 1 : 2);
      x = module(net, x, width, DEPTHS[stage], SIDE >> stage);
      channels = width;
    }
    for (int i = 0; i < 3; i++) {
      x = unit(net, x, channels, WIDTH << 3, i == 0 ? 2 : 1);
      channels = WIDTH << 3;
    }
    x = net.relu(net.batchNorm(x, channels, true));
    return net.linear(net.globalAverage(x), channels, classes);
  }

  private static <T> T unit(Layers<T> net, T x, int in, int out, int stride) {
    int width = out / 4;
    var active = net.relu(net.batchNorm(x, in, true));
    var shortcut = in == out && stride == 1 ? x : net.convolution(active, in, out, 1, stride, 0);
    var y = net.convolution(active, in, width, 1, 1, 0);
    y = net.convolution(net.relu(net.batchNorm(y, width, true)), width, width, 3, stride, 1);
    y = net.convolution(net.relu(net.batchNorm(y, width, true)), width, out, 1, 1, 0);
    return net.add(y, shortcut);
  }

  private static <T> T module(Layers<T> net, T x, int c, int depth, int side) {
    var x1 = unit(net, x, c, c, 1);
    var trunk = unit(net, unit(net, x1, c, c, 1), c, c, 1);
    var levels = new ArrayList<T>();
    levels.add(x1);
    for (int level = 0; level < depth; level++) {
      var y = unit(net, net.maxPool(levels.getLast(), 3, 2, 1), c, c, 1);
      levels.add(level == depth - 1 ? unit(net, y, c, c, 1) : y);
    }
    var y = levels.removeLast();
    for (int level = depth - 1; level > 0; level--) {
      var above = unit(net, levels.removeLast(), c, c, 1);
      y = unit(net, net.add(net.upsample(y, side >> level), above), c, c, 1);
    }
    y = net.upsample(y, side);
    y = net.convolution(net.relu(net.batchNorm(y, c, true)), c, c, 1, 1, 0);
    y = net.convolution(net.relu(net.batchNorm(y, c, true)), c, c, 1, 1, 0);
    return unit(net, net.gate(y, trunk), c, c, 1);
  }
}
