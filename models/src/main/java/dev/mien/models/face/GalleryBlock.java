package dev.mien.models.face;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.models.face.Gallery.Entry;
import dev.mien.models.face.Gallery.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Faces of a gallery that are stored and searched together; never changes.
 *
 * @param entries of each row
 * @param data gives the rows, from memory or from a file
 */
record GalleryBlock(List<Entry> entries, Supplier<Rows> data) {
  /** A block of 512 features then has 16 MiB in float32. */
  static final int MOST_ROWS = 8192;

  /**
   * @param directions float32 or int8 {@code [rows, D]}
   * @param scales {@code [rows]}, by which int8 directions are multiplied; null for float32
   */
  record Rows(HostTensor directions, HostTensor scales) {}

  static GalleryBlock of(List<Gallery.Face> faces, int features, Precision precision) {
    var entries = faces.stream().map(f -> new Entry(f.name(), f.source(), f.embedding().norm())).toList();
    var all = new float[faces.size() * features];
    for (int i = 0; i < faces.size(); i++) {
      System.arraycopy(faces.get(i).embedding().direction(), 0, all, i * features, features);
    }
    var rows = precision == Precision.FLOAT32 ? new Rows(HostTensor.of(all, faces.size(), features), null) : quantized(all, faces.size(), features);
    return new GalleryBlock(entries, () -> rows);
  }

  /** Rows {@code [rows, D]} of float32 as int8: each by its own scale, its greatest magnitude divided by 127. */
  static Rows quantized(float[] values, int rows, int features) {
    var bytes = new byte[values.length];
    var scales = new float[rows];
    for (int r = 0; r < rows; r++) {
      float greatest = 0;
      for (int i = r * features; i < (r + 1) * features; i++) {
        greatest = Math.max(greatest, Math.abs(values[i]));
      }
      scales[r] = greatest / 127;
      for (int i = r * features; i < (r + 1) * features; i++) {
        bytes[i] = greatest == 0 ? 0 : (byte) Math.rint(values[i] / greatest * 127.0);
      }
    }
    return new Rows(HostTensor.ofInt8(bytes, rows, features), HostTensor.of(scales, rows));
  }

  int rows() {
    return entries.size();
  }

  /** This block's rows and then the other's. */
  GalleryBlock and(GalleryBlock other) {
    var joined = new ArrayList<>(entries);
    joined.addAll(other.entries);
    return joined(List.copyOf(joined), this, all(), other, other.all());
  }

  /** The block without the rows that are asked for; itself when there is none. */
  GalleryBlock without(Predicate<Entry> which) {
    int[] kept = IntStream.range(0, rows()).filter(i -> !which.test(entries.get(i))).toArray();
    return kept.length == rows() ? this
        : joined(IntStream.of(kept).mapToObj(entries::get).toList(), this, kept, this, new int[0]);
  }

  private int[] all() {
    return IntStream.range(0, rows()).toArray();
  }

  private static GalleryBlock joined(List<Entry> entries, GalleryBlock a, int[] fromA, GalleryBlock b, int[] fromB) {
    if (entries.isEmpty()) {
      return new GalleryBlock(entries, () -> null);
    }
    var left = a.data.get();
    var right = fromB.length == 0 ? left : b.data.get();
    int features = left.directions.shape().dim(1);
    HostTensor directions;
    if (left.scales == null) {
      var all = new float[entries.size() * features];
      copy(left.directions.floats(), fromA, all, 0, features);
      copy(right.directions.floats(), fromB, all, fromA.length, features);
      directions = HostTensor.of(all, entries.size(), features);
    } else {
      var all = new byte[entries.size() * features];
      copy(left.directions.bytes(), fromA, all, 0, features);
      copy(right.directions.bytes(), fromB, all, fromA.length, features);
      directions = HostTensor.ofInt8(all, entries.size(), features);
    }
    HostTensor scales = null;
    if (left.scales != null) {
      var all = new float[entries.size()];
      copy(left.scales.floats(), fromA, all, 0, 1);
      copy(right.scales.floats(), fromB, all, fromA.length, 1);
      scales = HostTensor.of(all, entries.size());
    }
    var rows = new Rows(directions, scales);
    return new GalleryBlock(entries, () -> rows);
  }

  /** Copies rows of arrays of one type. */
  private static void copy(Object from, int[] rows, Object to, int firstRow, int length) {
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(from, rows[i] * length, to, (firstRow + i) * length, length);
    }
  }
}
