package dev.mien.models.face;

import dev.mien.engine.io.LockFile;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Faces that are known by name, to be searched. Thread-safe: while one thread enrols or removes, others search what was there before. All
 * embeddings of a gallery come from one model, whose fingerprint it carries.
 *
 * <pre>{@code
 * try (var gallery = Gallery.open(Path.of("people.gallery")); var search = gallery.on(device, 4L << 30)) {
 *   for (var match : search.find(List.of(embedder.embed(face)), 10).getFirst()) {
 *     System.out.println(match.entry().name() + " " + match.cosine());
 *   }
 * }
 * }</pre>
 *
 * A file of a gallery is read block by block when it is searched, so its size is bounded by the disk; names and norms are kept in memory. It is
 * a safetensors file: {@code directions.N} float32 or int8 {@code [rows, D]}, for int8 {@code scales.N [rows]}, {@code norms.N [rows]}, and
 * {@code entries.N}, UTF-8 lines of a name, a tab and the picture's source.
 */
public final class Gallery implements AutoCloseable {
  private static final int LONGEST_TEXT = 4096;

  private final String fingerprint;
  private final int features;
  private final Precision precision;
  private final GalleryFile file;
  private volatile List<GalleryBlock> blocks;

  /** How directions are kept: 4 bytes a number, or 1 and a scale for each face. */
  public enum Precision {
    FLOAT32, INT8;

    /** As files and commands say it: {@code float32}, {@code int8}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A face.
   *
   * @param name whose it is; several faces may have one name
   * @param source where its picture came from, for people; may be empty
   * @param norm the embedding's length before it was normalised
   */
  public record Entry(String name, String source, double norm) {}

  /** A face to be enrolled. */
  public record Face(String name, String source, FaceEmbedding embedding) {}

  private Gallery(String fingerprint, int features, Precision precision, GalleryFile file, List<GalleryBlock> blocks) {
    this.fingerprint = fingerprint;
    this.features = features;
    this.precision = precision;
    this.file = file;
    this.blocks = blocks;
  }

  /** A gallery without faces, for embeddings of this model. */
  public static Gallery empty(FaceEmbedder embedder, Precision precision) {
    return empty(embedder.fingerprint(), embedder.features(), precision);
  }

  /** A gallery without faces, for embeddings of D features of the model with this fingerprint. */
  public static Gallery empty(String fingerprint, int features, Precision precision) {
    return new Gallery(fingerprint, features, precision, null, List.of());
  }

  /**
   * Opens a file; it is kept open until {@link #close}, and read on as it is even when it is replaced.
   *
   * @throws FormatException when it is no gallery, or damaged
   * @throws MienException when there is no such file
   */
  public static Gallery open(Path path) {
    var file = GalleryFile.open(path);
    try {
      return new Gallery(file.fingerprint(), file.features(), file.precision(), file, file.blocks());
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Of the model whose embeddings it holds. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Features of an embedding, D. */
  public int features() {
    return features;
  }

  public Precision precision() {
    return precision;
  }

  /** Number of faces. */
  public int size() {
    return blocks.stream().mapToInt(GalleryBlock::rows).sum();
  }

  /** All faces in the order in which they were enrolled. */
  public Stream<Entry> entries() {
    return blocks.stream().flatMap(block -> block.entries().stream());
  }

  /** A search on a device, which follows later changes of this gallery; it may keep so many bytes of directions there between searches. */
  public GallerySearch on(Device device, long memoryBytes) {
    return new GallerySearch(this, device, memoryBytes);
  }

  List<GalleryBlock> blocks() {
    return blocks;
  }

  /**
   * Adds faces, all of them or none.
   *
   * @throws MienException when one was embedded by another model (names both), or has a name or source with control characters or longer than
   *     4096 characters
   */
  public void enrol(List<Face> faces) {
    faces.forEach(this::check);
    synchronized (this) {
      var changed = new ArrayList<>(blocks);
      int at = 0;
      while (at < faces.size()) {
        boolean grow = !changed.isEmpty() && changed.getLast().rows() < GalleryBlock.MOST_ROWS;
        var last = grow ? changed.removeLast() : null;
        int n = Math.min(faces.size() - at, GalleryBlock.MOST_ROWS - (grow ? last.rows() : 0));
        var added = GalleryBlock.of(faces.subList(at, at + n), features, precision);
        changed.add(grow ? last.and(added) : added);
        at += n;
      }
      blocks = List.copyOf(changed);
    }
  }

  private void check(Face face) {
    requireModel(face.embedding);
    requireText("name", face.name);
    requireText("source", face.source);
    if (face.name.isBlank()) {
      throw new MienException("[gallery] a face from " + face.source + " has no name; each needs one, to be found and removed by");
    }
  }

  private static void requireText(String what, String text) {
    if (text.length() > LONGEST_TEXT || text.chars().anyMatch(Character::isISOControl)) {
      throw new MienException("[gallery] the " + what + " \"" + text.substring(0, Math.min(60, text.length())).replaceAll("\\p{Cntrl}", "?")
          + "\" cannot be kept: expected at most " + LONGEST_TEXT + " characters without tabs, line ends or other control characters");
    }
  }

  /**
   * Whether an embedder's embeddings can be compared with those of this gallery.
   *
   * @throws MienException when they are of two models; names both
   */
  public void requireModel(FaceEmbedder embedder) {
    requireModel(embedder.fingerprint(), embedder.features());
  }

  void requireModel(FaceEmbedding embedding) {
    requireModel(embedding.fingerprint(), embedding.features());
  }

  private void requireModel(String other, int length) {
    if (!other.equals(fingerprint)) {
      throw new MienException("[gallery] the gallery holds embeddings of the model " + fingerprint + ", this one is of the model " + other
          + "; embed with the gallery's model, or enrol the pictures into a new gallery");
    }
    if (length != features) {
      throw new MienException("[gallery] the gallery holds embeddings of " + features + " features, this one has " + length);
    }
  }

  /** Removes every face that is asked for, and says how many there were. */
  public int remove(Predicate<Entry> which) {
    synchronized (this) {
      var kept = new ArrayList<GalleryBlock>();
      for (var block : blocks) {
        var rest = block.without(which);
        if (rest.rows() == 0) {
          continue;
        }
        boolean joins = rest != block && !kept.isEmpty() && kept.getLast().rows() + rest.rows() <= GalleryBlock.MOST_ROWS;
        kept.add(joins ? kept.removeLast().and(rest) : rest);
      }
      int before = size();
      blocks = List.copyOf(kept);
      return before - size();
    }
  }

  /**
   * Writes the gallery as it stands, atomically; an older file of this name is replaced.
   *
   * @throws MienException when it cannot be written; an older file stays
   */
  public void save(Path path) {
    GalleryFile.write(path, this, blocks);
  }

  /** A change of a gallery's file. */
  @FunctionalInterface
  public interface Change<T> {
    T apply(Gallery gallery);
  }

  /**
   * Changes a file: opens it, or begins with {@code fresh} where there is none, and saves it when {@code change} has returned. Others who change
   * it by this method, in other processes too, wait.
   *
   * @throws MienException when it cannot be read or written, or what {@code change} throws; the file is then as it was
   */
  public static <T> T edit(Path path, Gallery fresh, Change<T> change) {
    try (var lock = LockFile.await(path.resolveSibling("." + path.getFileName() + ".lock"))) {
      if (!Files.exists(path) && fresh != null) {
        var result = change.apply(fresh);
        fresh.save(path);
        return result;
      }
      try (var gallery = open(path)) {
        var result = change.apply(gallery);
        gallery.save(path);
        return result;
      }
    }
  }

  /** Closes the file; a gallery that was not opened from one has nothing to close. */
  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
