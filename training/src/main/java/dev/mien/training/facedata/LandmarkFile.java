package dev.mien.training.facedata;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.tensor.FormatException;
import dev.mien.models.face.FivePoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Landmarks of many pictures in a text file, a line for each: {@code name x1 y1 ... x5 y5}, then perhaps a score, with commas, tabs or blanks
 * between (InsightFace's files of IJB-B and IJB-C; a CSV, whose first line may name its columns). Sixty-eight points in place of five are
 * reduced by {@link FivePoints#of68}. A file whose first line begins with a brace has a JSON object a line instead:
 * {@code {"file": "a/b.jpg", "points": [[38.3, 51.7], ...], "score": 0.99}}.
 *
 * <pre>{@code
 * Optional<LandmarkFile.Entry> entry = LandmarkFile.read(Path.of("landmarks.csv")).find("anna/0001.jpg");
 * }</pre>
 *
 * A name is the path of a picture below its folder, with '/'. Where a name stands on several lines, as a detector that found several faces writes
 * them, the line with the highest score counts.
 */
public final class LandmarkFile {
  private static final String TAG = "landmarks";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXPECTED = "a name, 10 or 136 coordinates x y, and perhaps a score";

  private final Path file;
  private final Map<String, Entry> entries = new HashMap<>();

  /** The landmarks of one picture as they were read; {@link #points} says whether they are those of a face. */
  public static final class Entry {
    private final float[] xy;
    private final float score;
    private final long line;

    private Entry(float[] xy, float score, long line) {
      this.xy = xy;
      this.score = score;
      this.line = line;
    }

    /**
     * As five points.
     *
     * @throws IllegalArgumentException when they are no points of a face
     */
    public FivePoints points() {
      var values = new double[xy.length];
      for (int i = 0; i < xy.length; i++) {
        values[i] = xy[i];
      }
      return values.length == 10 ? FivePoints.of(values) : FivePoints.of68(values);
    }

    /** Of the detector; NaN when the file has none. */
    public double score() {
      return score;
    }

    /** Where it stands in the file, from 1. */
    public long line() {
      return line;
    }
  }

  private LandmarkFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a whole file.
   *
   * @throws dev.mien.engine.tensor.MienException when there is no such file
   * @throws FormatException when a line is malformed, or a name stands twice without scores; names file and line
   */
  public static LandmarkFile read(Path file) {
    var landmarks = new LandmarkFile(file);
    var kind = new boolean[2]; // whether a line was seen, and whether the file is JSON
    TextLines.read(TAG, file, line -> {
      boolean first = !kind[0];
      kind[0] = true;
      kind[1] = first ? line.text().stripLeading().startsWith("{") : kind[1];
      if (kind[1]) {
        landmarks.addJson(line);
      } else {
        landmarks.addColumns(line, first);
      }
    });
    if (landmarks.entries.isEmpty()) {
      throw new FormatException("[landmarks] " + file + " has no landmarks; expected a line for each picture: " + EXPECTED);
    }
    return landmarks;
  }

  /** Of this picture. */
  public Optional<Entry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** The names, in no order. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  private void addColumns(TextLines.Line line, boolean first) {
    var columns = line.text().indexOf('\t') < 0 && line.text().indexOf(',') >= 0 ? line.text().split(",", -1) : line.columns();
    if (first && isHeader(columns)) {
      return;
    }
    int numbers = columns.length - 1;
    if (numbers != 10 && numbers != 11 && numbers != 136 && numbers != 137) {
      throw line.error("has " + columns.length + " columns; expected " + EXPECTED);
    }
    var xy = new float[numbers - numbers % 2];
    for (int i = 0; i < xy.length; i++) {
      xy[i] = line.number(columns[1 + i]);
    }
    add(line, columns[0].strip(), xy, numbers % 2 == 1 ? line.number(columns[numbers]) : Float.NaN);
  }

  /** Whether all columns after the first are words. */
  private static boolean isHeader(String[] columns) {
    for (int i = 1; i < columns.length; i++) {
      if (!columns[i].strip().matches("\"?[A-Za-z_][A-Za-z_0-9. ]*\"?") || columns[i].strip().matches("(?i)nan|infinity|inf")) {
        return false;
      }
    }
    return columns.length > 10;
  }

  private void addJson(TextLines.Line line) {
    JsonNode object;
    try {
      object = JSON.readTree(line.text());
    } catch (JsonProcessingException e) {
      throw line.error("is no JSON: " + TextLines.shown(e.getOriginalMessage()));
    }
    if (!object.path("file").isTextual() || !object.path("points").isArray()) {
      throw line.error("is not {\"file\": \"NAME\", \"points\": [[x, y], ...], \"score\": NUMBER}, of which the score may be missing");
    }
    var numbers = new ArrayList<String>();
    for (var point : object.get("points")) {
      if (point.isArray()) {
        point.forEach(value -> numbers.add(value.asText()));
      } else {
        numbers.add(point.asText());
      }
    }
    if (numbers.size() != 10 && numbers.size() != 136) {
      throw line.error("has " + numbers.size() + " numbers in its points; expected five or 68 points x y");
    }
    var xy = new float[numbers.size()];
    for (int i = 0; i < xy.length; i++) {
      xy[i] = line.number(numbers.get(i));
    }
    add(line, object.get("file").textValue(), xy, object.has("score") ? line.number(object.get("score").asText()) : Float.NaN);
  }

  private void add(TextLines.Line line, String name, float[] xy, float score) {
    var entry = new Entry(xy, score, line.number());
    var other = entries.putIfAbsent(TextLines.safePath(line, name), entry);
    if (other == null) {
      return;
    }
    if (Float.isNaN(score) || Float.isNaN(other.score)) {
      throw line.error("names " + TextLines.shown(name) + " again, which stands in line " + other.line
          + "; expected one face for each picture, or a score to choose by");
    }
    if (score > other.score) {
      entries.put(TextLines.safePath(line, name), entry);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
