package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.facedata.TemplateSet.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the text files of IJB-B and IJB-C say, in InsightFace's distribution: {@code ijbc_face_tid_mid.txt},
 * {@code ijbc_template_pair_label.txt}, {@code ijbc_name_5pts_score.txt}, and where searches are given {@code ijbc_1N_gallery_*.csv} and
 * {@code ijbc_1N_probe_mixed.csv}. Line k of the first and of the last of the texts are about one image.
 *
 * <pre>{@code
 * var ijbc = IjbMetadata.read(Path.of("IJBC/meta"), "ijbc");
 * }</pre>
 */
public final class IjbMetadata {
  private final List<Face> faces;
  private final List<Landmarks> landmarks;
  private final TemplatePairs pairs;
  private final List<Roster> galleries;
  private final Roster probes;

  /** An image, the template (set of images of a person) it belongs to, and the medium (photograph or video) it is from. */
  public record Face(String name, int template, int media) {}

  /**
   * Five points of a face.
   *
   * @param xy x and y of left eye, right eye, nose, left and right corner of the mouth; not copied
   * @param score of the detector
   */
  public record Landmarks(String name, float[] xy, float score) {}

  private IjbMetadata(Path folder, String set, List<Face> faces, List<Landmarks> landmarks) {
    this.faces = faces;
    this.landmarks = landmarks;
    pairs = pairs(folder.resolve(set + "_template_pair_label.txt"));
    var lists = searches(folder, set + "_1N_gallery_");
    var wanted = folder.resolve(set + "_1N_probe_mixed.csv");
    if (lists.isEmpty() == Files.exists(wanted)) {
      throw new FormatException("[ijb] " + folder + " holds " + lists.size() + " lists " + set + "_1N_gallery_*.csv and "
          + (lists.isEmpty() ? "one of probes" : "no " + wanted.getFileName()) + "; expected both, or neither");
    }
    galleries = lists.stream().map(IjbMetadata::roster).toList();
    probes = lists.isEmpty() ? new Roster("none", Map.of()) : roster(wanted);
  }

  /** The galleries of the searches, by name. */
  private static List<Path> searches(Path folder, String prefix) {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix) && f.getFileName().toString().endsWith(".csv")).sorted().toList();
    } catch (IOException e) {
      throw new MienException("[ijb] " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the three files of a set.
   *
   * @param set beginning of the files' names: "ijbb" or "ijbc"
   * @throws MienException when a file is missing
   * @throws FormatException when a line is malformed, the files are not about the same images, or a pair names a template without
   *     an image
   */
  public static IjbMetadata read(Path folder, String set) {
    var faces = faces(folder.resolve(set + "_face_tid_mid.txt"));
    var landmarks = landmarks(folder.resolve(set + "_name_5pts_score.txt"));
    for (int i = 0; i < Math.min(faces.size(), landmarks.size()); i++) {
      if (!faces.get(i).name().equals(landmarks.get(i).name())) {
        throw new FormatException("[ijb] " + folder + ": image " + (i + 1) + " is " + TextLines.shown(faces.get(i).name())
            + " in the templates and " + TextLines.shown(landmarks.get(i).name()) + " in the landmarks; expected the same names in "
            + "the same order");
      }
    }
    if (faces.size() != landmarks.size()) {
      throw new FormatException("[ijb] " + folder + " has " + faces.size() + " images in the templates and " + landmarks.size()
          + " in the landmarks; expected as many. Is one file cut off?");
    }
    var metadata = new IjbMetadata(folder, set, faces, landmarks);
    var pairs = metadata.pairs;
    var known = new BitSet();
    faces.forEach(f -> known.set(f.template()));
    for (int k = 0; k < pairs.size(); k++) {
      int unknown = !known.get(pairs.first(k)) ? pairs.first(k) : pairs.second(k);
      if (!known.get(unknown)) {
        throw new FormatException("[ijb] " + folder + ": pair " + (k + 1) + " names the template " + unknown
            + ", which has no image; expected one of the templates in " + set + "_face_tid_mid.txt");
      }
    }
    for (var roster : metadata.rosters()) {
      for (int template : roster.subjects().keySet()) {
        if (!known.get(template)) {
          throw new FormatException("[ijb] " + folder + ": " + roster.name() + " names the template " + template + ", which has no image; expected one "
              + "of the templates in " + set + "_face_tid_mid.txt");
        }
      }
    }
    return metadata;
  }

  /** Reads lines {@code name tid mid}. */
  public static List<Face> faces(Path file) {
    var faces = new ArrayList<Face>();
    TextLines.read("ijb", file, line -> {
      var columns = columns(line, 3, "name tid mid");
      faces.add(new Face(TextLines.safePath(line, columns[0]), template(line, columns[1]), line.integer(columns[2], 0)));
    });
    return notEmpty(faces, file);
  }

  /** Reads lines of a name, ten coordinates as pairs x y, and a score. */
  public static List<Landmarks> landmarks(Path file) {
    var landmarks = new ArrayList<Landmarks>();
    TextLines.read("ijb", file, line -> {
      var columns = columns(line, 12, "name x1 y1 x2 y2 x3 y3 x4 y4 x5 y5 score");
      var xy = new float[10];
      for (int i = 0; i < xy.length; i++) {
        xy[i] = line.number(columns[1 + i]);
      }
      landmarks.add(new Landmarks(TextLines.safePath(line, columns[0]), xy, line.number(columns[11])));
    });
    return notEmpty(landmarks, file);
  }

  /** Reads lines {@code t1 t2 label}, of which IJB-C has 15.7 million: 8 bytes of memory each. */
  public static TemplatePairs pairs(Path file) {
    var pairs = new TemplatePairs.Builder();
    TextLines.read("ijb", file, line -> {
      var columns = columns(line, 3, "t1 t2 label");
      int label = line.integer(columns[2], 0);
      if (label > 1) {
        throw line.error("has the label " + label + "; expected 1 for one person, 0 for two");
      }
      pairs.add(template(line, columns[0]), template(line, columns[1]), label == 1);
    });
    return pairs.build(file.toString());
  }

  /**
   * Reads a list of a search: a heading, then lines {@code template,subject,...}, of which a template of several pictures has several.
   *
   * @throws FormatException when a line is malformed, or a template shows two subjects
   */
  public static Roster roster(Path file) {
    var subjects = new LinkedHashMap<Integer, Integer>();
    TextLines.read("ijb", file, line -> {
      if (line.number() == 1) {
        return;
      }
      var columns = line.text().split(",", 3);
      if (columns.length < 2) {
        throw line.error("has one column; expected template,subject");
      }
      int template = template(line, columns[0]);
      int subject = line.integer(columns[1], 0);
      if (!Objects.equals(subjects.getOrDefault(template, subject), subject)) {
        throw line.error("gives the template " + template + " the subject " + subject + ", and an earlier line " + subjects.get(template)
            + "; expected one");
      }
      subjects.put(template, subject);
    });
    if (subjects.isEmpty()) {
      throw new FormatException("[ijb] " + file + " has no line below its heading; expected template,subject");
    }
    return new Roster(file.getFileName().toString(), Collections.unmodifiableMap(subjects));
  }

  /** Templates are numbered from 1 to some 25,000; a bound keeps the sets of them small. */
  private static int template(TextLines.Line line, String column) {
    int template = line.integer(column, 0);
    if (template > 100_000_000) {
      throw line.error("has the template " + template + "; expected at most 100000000");
    }
    return template;
  }

  private static String[] columns(TextLines.Line line, int count, String expected) {
    var columns = line.columns();
    if (columns.length != count) {
      throw line.error("has " + columns.length + " columns; expected " + count + ": " + expected);
    }
    return columns;
  }

  private static <T> List<T> notEmpty(List<T> lines, Path file) {
    if (lines.isEmpty()) {
      throw new FormatException("[ijb] " + file + " has no line; expected one for each image");
    }
    return List.copyOf(lines);
  }

  public List<Face> faces() {
    return faces;
  }

  /** One for each of {@link #faces}, in the same order. */
  public List<Landmarks> landmarks() {
    return landmarks;
  }

  public TemplatePairs pairs() {
    return pairs;
  }

  /** The known people of the searches; none where the folder brings no {@code SET_1N_*.csv}. */
  public List<Roster> galleries() {
    return galleries;
  }

  /** Who is looked for in them. */
  public Roster probes() {
    return probes;
  }

  private List<Roster> rosters() {
    return Stream.concat(galleries.stream(), Stream.of(probes)).toList();
  }
}
