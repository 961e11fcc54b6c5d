package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import dev.mien.training.data.EachOnce;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.data.SplitRule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Pictures of a data set that are read, cut to the face and kept decoded while there is room; broken ones are counted and named. */
final class Gathered {
  private static final long CACHE_BYTES = 2L << 30;

  /** Where a picture lies and how the face is cut out of it. */
  record Entry(DataFiles files, DataFile file, UnaryOperator<RgbImage> cut) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private RgbImage[] cache = {};
  private final MessageDigest digest = SplitRule.digest("SHA-256");

  /** Adds a picture and tells its position. */
  int add(Entry entry) {
    entries.add(entry);
    return entries.size() - 1;
  }

  /** Decodes everything once: afterwards {@link #broken} is known, and the small ones stay decoded. */
  boolean[] check(BiConsumer<Integer, Integer> progress) {
    var good = new boolean[entries.size()];
    var hashes = new byte[entries.size()][];
    cache = new RgbImage[entries.size()];
    var held = new AtomicLong();
    EachOnce.run("reading faces", entries.size(), OpenOptions.defaults().threads(), progress::accept, i -> {
      hashes[i] = look(i, held);
      good[i] = hashes[i] != null;
    });
    broken.sort(String::compareTo);
    for (int i = 0; i < hashes.length; i++) {
      note(entries.get(i).file.name() + "\t" + (hashes[i] == null ? "broken" : HexFormat.of().formatHex(hashes[i])));
    }
    return good;
  }

  /** The hash of a picture's file, or null when it is broken. */
  private byte[] look(int i, AtomicLong held) {
    var entry = entries.get(i);
    try {
      byte[] bytes = entry.files.read(entry.file);
      var image = entry.cut.apply(RgbImage.read(bytes, entry.file.name()));
      if (held.addAndGet(3L * image.width() * image.height()) <= CACHE_BYTES) {
        cache[i] = image;
      }
      return SplitRule.digest("SHA-256").digest(bytes);
    } catch (FormatException e) {
      synchronized (broken) {
        broken.add(entry.file.name() + " (" + e.getMessage() + ")");
      }
      return null;
    }
  }

  RgbImage read(int index) {
    var kept = cache[index];
    if (kept != null) {
      return kept;
    }
    var entry = entries.get(index);
    return entry.cut.apply(RgbImage.read(entry.files.read(entry.file), entry.file.name()));
  }

  String id(int index) {
    return entries.get(index).file.name();
  }

  List<String> broken() {
    return broken;
  }

  /** Takes a line into the content hash. */
  void note(String line) {
    digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  String hash() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A line that names the first of a list and counts the rest. */
  static String named(String what, List<String> items) {
    return String.format(Locale.ROOT, "%,d %s: %s%s", items.size(), what, String.join(", ", items.subList(0, Math.min(3, items.size()))),
        items.size() > 3 ? ", ..." : "");
  }
}
