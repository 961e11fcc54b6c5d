package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** Plain row-major memory, whatever the kind: {@code double[]}, {@code int[]} or {@code byte[]}. A view shares its slab. */
final class ReferenceBuffer extends Buffer {
  final Slab slab;
  final boolean view;

  ReferenceBuffer(ElementType type, Kind kind, Slab slab, boolean view, int... dims) {
    super(type, kind, dims);
    this.slab = slab;
    this.view = view;
  }

  /** One allocation: the array goes when it is released, and every later use through any view throws. */
  static final class Slab {
    final ReferenceMemory owner;
    final long sizeBytes;
    private Object array;
    private Integer frozen;

    Slab(ReferenceMemory owner, Object array, long sizeBytes) {
      this.owner = owner;
      this.array = array;
      this.sizeBytes = sizeBytes;
    }

    /** The array, or null once released. */
    synchronized Object array() {
      return array;
    }

    /** Remembers the contents, so that {@link #thaw} can tell whether the promise was kept. */
    synchronized void freeze() {
      if (frozen == null && array instanceof double[] reals) {
        frozen = Arrays.hashCode(reals);
      }
    }

    /** Forgets the promise; false when the contents changed meanwhile. */
    synchronized boolean thaw() {
      boolean kept = frozen == null || !(array instanceof double[] reals) || frozen == Arrays.hashCode(reals);
      frozen = null;
      return kept;
    }

    /** Drops the array; false when it was gone already. */
    synchronized boolean drop() {
      boolean alive = array != null;
      array = null;
      return alive;
    }
  }
}
