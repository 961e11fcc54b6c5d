package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Pool;

/** Pooling and resampling of images. */
final class OpenClPooling {
  private final ClContext context;

  OpenClPooling(ClContext context) {
    this.context = context;
  }

  private Launch launch(String kernel) {
    return Launch.of(context, "pool", kernel);
  }

  /** {@code H, W, P, Q, kernelH, kernelW, stride, padding} as {@code pool.cl} takes them. */
  private static int[] shape(Pool pool, Buffer image, Buffer result) {
    int h = image.dim(2);
    int w = image.dim(3);
    int p = result.dim(2);
    int q = result.dim(3);
    return switch (pool) {
      case Pool.Max m -> new int[] {h, w, p, q, m.kernelH(), m.kernelW(), m.stride(), m.padding()};
      case Pool.Average a -> new int[] {h, w, p, q, a.kernelH(), a.kernelW(), a.stride(), a.padding()};
      case Pool.AdaptiveAverage _, Pool.AdaptiveMax _ -> new int[] {h, w, p, q, 0, 0, 1, 0};
    };
  }

  private static boolean countsPadding(Pool pool) {
    return pool instanceof Pool.Average a && a.countPadding();
  }

  private static boolean takesMaximum(Pool pool) {
    return pool instanceof Pool.Max || pool instanceof Pool.AdaptiveMax;
  }

  void pool(Pool pool, Buffer x, Buffer y, Buffer choice) {
    int n = (int) y.count();
    if (takesMaximum(pool)) {
      if (choice != null) {
        OpenClBuffer.of(choice, context).uploaded(null);
      }
      launch("max_pool").buffer(x).buffer(y).buffer(choice).ints8(shape(pool, x, y), 0).value(n).items(n);
    } else {
      launch("average_pool").buffer(x).buffer(y).ints8(shape(pool, x, y), 0).value(countsPadding(pool)).value(n).items(n);
    }
  }

  void poolBackward(Pool pool, Buffer gy, Buffer choice, Buffer gx) {
    int n = (int) gx.count();
    launch("pool_backward").buffer(gy).buffer(takesMaximum(pool) ? choice : null).buffer(gx).ints8(shape(pool, gx, gy), 0)
        .value(countsPadding(pool)).value(n).items(n);
  }

  void resize(boolean alignCorners, Buffer x, Buffer y) {
    launch("resize").buffer(x).buffer(y).value(x.dim(2)).value(x.dim(3)).value(y.dim(2)).value(y.dim(3)).value(alignCorners)
        .value((int) y.count()).items(y.count());
  }

  void resizeBackward(boolean alignCorners, Buffer gy, Buffer gx) {
    launch("resize_backward").buffer(gy).buffer(gx).value(gx.dim(2)).value(gx.dim(3)).value(gy.dim(2)).value(gy.dim(3)).value(alignCorners)
        .value((int) gx.count()).items(gx.count());
  }
}
