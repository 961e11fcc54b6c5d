package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;

/** Sums over everything but the channels, in two stages: slices of the pixels by a group each, then the slices in order. */
final class ChannelSums {
  private static final int PER_SLICE = 4096;
  private static final int MOST_SLICES = 64;

  private final ClContext context;
  private final OpenClMemory memory;

  ChannelSums(ClContext context, OpenClMemory memory) {
    this.context = context;
    this.memory = memory;
  }

  /** How many slices m pixels of a channel are cut into: by the shape alone. */
  static int slices(int m) {
    return Math.clamp((m + PER_SLICE - 1) / PER_SLICE, 1, MOST_SLICES);
  }

  /** {@code y[c] = sum of x[:, c]}; x is {@code [N, channels, inner]}. */
  void sums(Buffer x, int channels, int inner, Buffer y) {
    run(0, x, null, channels, inner, y);
  }

  /** {@code y[c] = sum of min(x, 0) g}: the gradient of a PReLU's slope. */
  void slopes(Buffer x, Buffer g, int channels, int inner, Buffer y) {
    run(1, x, g, channels, inner, y);
  }

  private void run(int what, Buffer x, Buffer g, int channels, int inner, Buffer y) {
    int m = channels == 0 ? 0 : (int) (x.count() / channels);
    int slices = slices(m);
    try (var partials = memory.lease(channels, slices, 2)) {
      Launch.of(context, "reduce", "channel_partials").value(what).buffer(x).buffer(g).buffer(partials.buffer()).value(channels)
          .value(Math.max(1, inner)).value(m).value(slices).groups((long) channels * slices);
      Launch.of(context, "reduce", "channel_totals").buffer(partials.buffer()).buffer(y).value(channels).value(slices).items(channels);
    }
  }
}
