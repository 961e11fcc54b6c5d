package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * TinyFace's test: pictures in {@code Testing_Set/Probe}, {@code Testing_Set/Gallery_Match} and
 * {@code Testing_Set/Gallery_Distractor} of a folder or zip archive. The identity is the whole number before the first underscore
 * of a name; distractors have none and get {@value #DISTRACTOR}. Safe for many threads.
 *
 * <pre>{@code
 * try (var tiny = TinyFaceSet.open(Path.of("tinyface"))) {
 *   var jpeg = tiny.read(tiny.probes().getFirst());
 * }
 * }</pre>
 */
public final class TinyFaceSet implements AutoCloseable {
  /** The identity of all distractors, which is nobody's. */
  public static final int DISTRACTOR = -100;

  private static final Pattern PLACE =
      Pattern.compile("(?:.*/)?Testing_Set/(Probe|Gallery_Match|Gallery_Distractor)/(?:.*/)?([^/]+)");
  private static final Pattern IDENTITY = Pattern.compile("(\\d{1,9})_.*");

  private final DataFiles files;
  private final List<Face> probes = new ArrayList<>();
  private final List<Face> matches = new ArrayList<>();
  private final List<Face> distractors = new ArrayList<>();

  /** A picture, by its path below the root, and who it shows. */
  public record Face(String name, int identity) {}

  private TinyFaceSet(DataFiles files) {
    this.files = files;
    for (var file : files.files()) {
      var match = PLACE.matcher(file.name());
      if (file.isImage() && match.matches()) {
        switch (match.group(1)) {
          case "Probe" -> probes.add(face(file));
          case "Gallery_Match" -> matches.add(face(file));
          default -> distractors.add(new Face(file.name(), DISTRACTOR));
        }
      }
    }
    if (probes.isEmpty() || matches.isEmpty()) {
      throw new FormatException("[tinyface] " + files.location() + " has " + probes.size() + " probes and " + matches.size()
          + " gallery matches; expected pictures in Testing_Set/Probe and Testing_Set/Gallery_Match");
    }
  }

  /**
   * Opens a folder or zip archive that holds {@code Testing_Set} at any depth.
   *
   * @throws FormatException when it has no probes or no matches, or a name without an identity
   */
  public static TinyFaceSet open(Path root) {
    var files = DataFiles.open(root);
    try {
      return new TinyFaceSet(files);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private Face face(DataFile file) {
    var match = IDENTITY.matcher(file.baseName());
    if (!match.matches()) {
      throw new FormatException("[tinyface] " + files.location() + " holds " + TextLines.shown(file.name())
          + "; expected IDENTITY_NUMBER.jpg, the identity a whole number");
    }
    return new Face(file.name(), Integer.parseInt(match.group(1)));
  }

  public List<Face> probes() {
    return List.copyOf(probes);
  }

  public List<Face> galleryMatches() {
    return List.copyOf(matches);
  }

  public List<Face> distractors() {
    return List.copyOf(distractors);
  }

  /** Probes of people who are not in the gallery: no method can find them. Empty for the whole set. */
  public List<Face> probesWithoutMatch() {
    var known = new HashSet<Integer>();
    matches.forEach(m -> known.add(m.identity()));
    return probes.stream().filter(p -> !known.contains(p.identity())).toList();
  }

  /**
   * The encoded bytes of a picture.
   *
   * @throws FormatException when it cannot be read
   */
  public byte[] read(Face face) {
    var file = files.find(face.name()).orElseThrow(() -> new FormatException("[tinyface] " + files.location() + " holds no "
        + TextLines.shown(face.name()) + "; it was removed meanwhile, or is of another set"));
    return files.read(file);
  }

  @Override
  public void close() {
    files.close();
  }
}
