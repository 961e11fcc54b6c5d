package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** Operand checks: an oracle that reads the wrong memory proves nothing. Every message names the kernel and both shapes. */
final class Check {
  private Check() {}

  static IllegalArgumentException error(String kernel, String message) {
    return new IllegalArgumentException("[" + kernel + "] " + message);
  }

  static void that(boolean condition, String kernel, String message) {
    if (!condition) {
      throw error(kernel, message);
    }
  }

  /** The buffer has exactly these extents. */
  static void shape(String kernel, String name, Buffer buffer, int... dims) {
    if (!Arrays.equals(buffer.dims(), dims)) {
      throw error(kernel, name + " has shape " + Arrays.toString(buffer.dims()) + ", expected " + Arrays.toString(dims));
    }
  }

  static void kind(String kernel, String name, Buffer buffer, Kind kind) {
    if (buffer.kind() != kind) {
      throw error(kernel, name + " is " + buffer + ", expected kind " + kind);
    }
  }

  /** An IMAGE of exactly these extents. */
  static void image(String kernel, String name, Buffer buffer, int... dims) {
    kind(kernel, name, buffer, Kind.IMAGE);
    if (dims.length > 0) {
      shape(kernel, name, buffer, dims);
    }
  }

  /** A PLAIN buffer of exactly these extents. */
  static void plain(String kernel, String name, Buffer buffer, int... dims) {
    kind(kernel, name, buffer, Kind.PLAIN);
    shape(kernel, name, buffer, dims);
  }

  /** Equal shape and kind. */
  static void same(String kernel, String name, Buffer buffer, String otherName, Buffer other) {
    if (!buffer.sameShape(other) || buffer.kind() != other.kind()) {
      throw error(kernel, name + " is " + buffer + ", but " + otherName + " is " + other);
    }
  }

  static void rank(String kernel, String name, Buffer buffer, int atLeast) {
    if (buffer.rank() < atLeast) {
      throw error(kernel, name + " has shape " + Arrays.toString(buffer.dims()) + ", expected rank " + atLeast + " or more");
    }
  }

  /** The result lies in other memory than the operand. */
  static void distinct(String kernel, String name, Buffer operand, String resultName, Buffer result) {
    if (operand instanceof ReferenceBuffer a && result instanceof ReferenceBuffer b && a.slab == b.slab) {
      throw error(kernel, resultName + " " + result + " shares the memory of " + name + " " + operand
          + "; this kernel cannot work in place");
    }
  }
}
