package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Gemm;

/**
 * 3x3 convolutions with stride 1 by Winograd's F(4x4, 3x3), forward and data gradient: maps into the transformed domain, 36 products, the map
 * back with what follows. A quarter of the multiplications, within 1e-4 of the range of the result; never on an EXACT device.
 */
final class OpenClWinograd {
  private static final int POINTS = 36;
  private static final int TILE = 4;
  /** Below so many channels on either side the maps cost more than the products save. */
  private static final int CHANNELS = 64;
  /** Below so many tiles in the batch the map of the weights costs more. */
  private static final int TILES = 64;
  /** Floats of transformed inputs and results at a time: more tiles are taken in pieces. */
  private static final long WORKSPACE = 48L << 20;

  private final ClContext context;
  private final OpenClMemory memory;
  private final OpenClDense dense;
  private final Use use;

  /** When it is taken: {@code -Dmien.opencl.winograd=auto|always|never}; {@code always} is for tests. */
  enum Use {
    AUTO, ALWAYS, NEVER;

    /** @throws IllegalStateException when the property names none */
    static Use chosen(boolean exact) {
      String word = System.getProperty("mien.opencl.winograd", "auto");
      for (var use : values()) {
        if (use.name().equalsIgnoreCase(word)) {
          return exact ? NEVER : use;
        }
      }
      throw new IllegalStateException("-Dmien.opencl.winograd=" + word + " is unknown; there are auto, always, never");
    }
  }

  OpenClWinograd(ClContext context, OpenClMemory memory, OpenClDense dense, Use use) {
    this.context = context;
    this.memory = memory;
    this.dense = dense;
    this.use = use;
  }

  /** Whether a convolution with this weight, or its data gradient, that writes {@code to} is computed here. */
  boolean fits(Conv2d g, Buffer weight, Buffer to) {
    boolean possible = weight.dim(2) == 3 && weight.dim(3) == 3 && g.strideH() == 1 && g.strideW() == 1 && g.dilationH() == 1
        && g.dilationW() == 1 && g.groups() == 1 && g.padH() <= 2 && g.padW() <= 2;
    return switch (use) {
      case NEVER -> false;
      case ALWAYS -> possible;
      case AUTO -> possible && weight.dim(0) >= CHANNELS && weight.dim(1) >= CHANNELS
          && (long) to.dim(0) * ((to.dim(2) + 3) / TILE) * ((to.dim(3) + 3) / TILE) >= TILES;
    };
  }

  void forward(Conv2d g, Buffer x, Buffer w, Epilogue epilogue, Buffer y) {
    run(new Pass(x, w, y, g.padH(), g.padW(), false), epilogue);
  }

  void gradInput(Conv2d g, Buffer gy, Buffer w, Buffer gx) {
    run(new Pass(gy, w, gx, 2 - g.padH(), 2 - g.padW(), true), new Epilogue(null, null, Epilogue.Activation.NONE, null));
  }

  /** From which image to which, with what border; {@code turned} swaps the weight's channels and turns its planes. */
  private record Pass(Buffer from, Buffer weight, Buffer to, int padH, int padW, boolean turned) {
    int down() {
      return (to.dim(2) + TILE - 1) / TILE;
    }

    int across() {
      return (to.dim(3) + TILE - 1) / TILE;
    }

    int[] shape() {
      return new int[] {from.dim(2), from.dim(3), to.dim(2), to.dim(3), padH, padW, down(), across()};
    }
  }

  private Launch launch(String kernel) {
    return Launch.of(context, "winograd", kernel);
  }

  private void run(Pass pass, Epilogue e) {
    int ins = pass.from.dim(1);
    int outs = pass.to.dim(1);
    int all = pass.from.dim(0) * pass.down() * pass.across();
    int piece = (int) Math.clamp(WORKSPACE / ((long) POINTS * (ins + outs)), 1, Math.max(1, all));
    try (var u = memory.lease(POINTS, outs, ins); var v = memory.lease(POINTS, ins, piece); var m = memory.lease(POINTS, outs, piece)) {
      launch("winograd_weight").buffer(pass.weight).buffer(u.buffer()).value(outs).value(ins).value(pass.turned).items((long) outs * ins);
      for (int first = 0; first < all; first += piece) {
        int tiles = Math.min(piece, all - first);
        launch("winograd_input").buffer(pass.from).buffer(v.buffer()).ints8(pass.shape(), 0).value(ins).value(first).value(tiles)
            .items((long) tiles * ins);
        dense.gemm(Gemm.batched(POINTS, outs, tiles, ins, false, false, 0), u.buffer(), v.buffer(), m.buffer());
        launch("winograd_output").buffer(m.buffer()).buffer(e.bias()).buffer(e.residual()).buffer(e.slope()).buffer(pass.to)
            .ints8(pass.shape(), 0).value(outs).value(first).value(tiles).value(e.activation().ordinal())
            .value(e.slope() != null && e.slope().count() == 1).items((long) tiles * outs);
      }
    }
  }
}
