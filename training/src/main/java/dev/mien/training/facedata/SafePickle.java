package dev.mien.training.facedata;

import java.util.List;

/**
 * Reads Python pickles that hold data, and executes nothing. A pickle is a program for a small machine that may call any function
 * of any module; this machine knows {@code _codecs.encode}, {@code numpy.dtype} and numpy's {@code scalar} as descriptions of
 * byte strings and numbers, and refuses every other name, every other opcode and everything that is out of proportion.
 *
 * <p>Lists and tuples become unmodifiable {@link List}s, Python 2 strings and byte strings {@code byte[]} (a new array with each
 * call of {@code get}), text {@link String}, numbers {@link Long}, True and False {@link Boolean}, None {@code null}.
 *
 * <pre>{@code
 * var pair = (List<?>) SafePickle.read(bytes, "lfw.bin");
 * }</pre>
 */
public final class SafePickle {
  private SafePickle() {}

  /**
   * What a pickle may ask for.
   *
   * @param bytes size of the file
   * @param depth lists and tuples within one another, and marks open at once
   * @param memo objects remembered for later use
   * @param objects objects made or repeated in all, also counted as if shared ones were copied
   * @param containers lists and tuples made in all
   */
  public record Limits(int bytes, int depth, int memo, int objects, int containers) {
    /** Enough for some 80,000 images in 1 GiB. */
    public static final Limits DEFAULT = new Limits(1 << 30, 16, 250_000, 1_000_000, 250_000);
  }

  /**
   * The object in a pickle of protocols 2 to 5.
   *
   * @param name stands for the bytes in messages
   * @throws dev.mien.engine.tensor.FormatException when it is cut off, malformed, beyond the limits, or would have something
   *     executed; a name that it wants to import is named
   */
  public static Object read(byte[] bytes, String name) {
    return read(bytes, name, Limits.DEFAULT);
  }

  /** The same under other limits. */
  public static Object read(byte[] bytes, String name, Limits limits) {
    return PickleSlice.value(new PickleMachine(new PickleInput(bytes, name, limits.bytes()), limits).run());
  }

  /** The outermost list or tuple with its strings as slices of {@code bytes}. */
  static Object readSlices(byte[] bytes, String name) {
    return new PickleMachine(new PickleInput(bytes, name, Limits.DEFAULT.bytes()), Limits.DEFAULT).run();
  }
}
