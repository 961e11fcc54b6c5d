package dev.mien.bench.peers;

import dev.mien.bench.work.Network;

/** The measured networks, layer for layer those of our own {@code models.backbone}. */
final class PeerNets {
  private static final int[] RESNET18 = {2, 2, 2, 2};
  private static final int[] RESNET50 = {3, 4, 6, 3};
  private static final int[] IR50 = {3, 4, 14, 3};
  private static final int[] WIDTHS = {64, 128, 256, 512};
  private static final int EMBEDDING = 512;
  private static final double DROPOUT = 0.4;

  private PeerNets() {}

  /** The outputs for images: logits; embeddings of unit length for IR-50's inference, logits of its head in training. */
  static <T> T forward(Layers<T> net, T images, Network network, boolean train) {
    return switch (network) {
      case RESNET18 -> resnet(net, images, false, RESNET18, network.classes());
      case RESNET50 -> resnet(net, images, true, RESNET50, network.classes());
      case IR50 -> {
        var embedding = ir(net, images, IR50);
        yield train ? net.linear(embedding, EMBEDDING, network.classes()) : net.unitLength(embedding);
      }
      case ATTENTION56 -> AttentionPeer.forward(net, images, network.classes());
    };
  }

  private static <T> T resnet(Layers<T> net, T images, boolean bottleneck, int[] blocks, int classes) {
    var x = net.relu(net.batchNorm(net.convolution(images, 3, WIDTHS[0], 7, 2, 3), WIDTHS[0], true));
    x = net.maxPool(x, 3, 2, 1);
    int channels = WIDTHS[0];
    for (int stage = 0; stage < blocks.length; stage++) {
      int out = WIDTHS[stage] * (bottleneck ? 4 : 1);
      for (int i = 0; i < blocks[stage]; i++) {
        int stride = i == 0 && stage > 0 ? 2 : 1;
        var shortcut = channels == out && stride == 1 ? x
            : net.batchNorm(net.convolution(x, channels, out, 1, stride, 0), out, true);
        var y = bottleneck ? bottleneck(net, x, channels, WIDTHS[stage], stride) : basic(net, x, channels, WIDTHS[stage], stride);
        x = net.relu(net.add(y, shortcut));
        channels = out;
      }
    }
    return net.linear(net.globalAverage(x), channels, classes);
  }

  private static <T> T basic(Layers<T> net, T x, int in, int width, int stride) {
    var y = net.relu(net.batchNorm(net.convolution(x, in, width, 3, stride, 1), width, true));
    return net.batchNorm(net.convolution(y, width, width, 3, 1, 1), width, true);
  }

  private static <T> T bottleneck(Layers<T> net, T x, int in, int width, int stride) {
    var y = net.relu(net.batchNorm(net.convolution(x, in, width, 1, 1, 0), width, true));
    y = net.relu(net.batchNorm(net.convolution(y, width, width, 3, stride, 1), width, true));
    return net.batchNorm(net.convolution(y, width, 4 * width, 1, 1, 0), 4 * width, true);
  }

  private static <T> T ir(Layers<T> net, T images, int[] units) {
    var x = net.prelu(net.batchNorm(net.convolution(images, 3, WIDTHS[0], 3, 1, 1), WIDTHS[0], true), WIDTHS[0]);
    int channels = WIDTHS[0];
    for (int stage = 0; stage < units.length; stage++) {
      int width = WIDTHS[stage];
      for (int i = 0; i < units[stage]; i++) {
        int stride = i == 0 ? 2 : 1;
        var shortcut = channels != width ? net.batchNorm(net.convolution(x, channels, width, 1, stride, 0), width, true)
            : stride == 1 ? x : net.maxPool(x, 1, stride, 0);
        var y = net.batchNorm(x, channels, true);
        y = net.prelu(net.batchNorm(net.convolution(y, channels, width, 3, 1, 1), width, true), width);
        y = net.batchNorm(net.convolution(y, width, width, 3, stride, 1), width, true);
        x = net.add(y, shortcut);
        channels = width;
      }
    }
    x = net.flatten(net.dropout(net.batchNorm(x, channels, true), DROPOUT));
    return net.batchNorm(net.linear(x, EMBEDDING * 49, EMBEDDING), EMBEDDING, false);
  }
}
