package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Images with a CSV index: columns {@code file,age} and, where wanted, {@code gender} (0, 1, male, female, empty), {@code split}
 * (train, validation, test), {@code group} (person) and {@code age_std}. Files are relative to the folder of the index; ages lie
 * in 0..120.
 *
 * <p>Without a split column, {@link SplitRule} of the group decides, or of the file where there is no group.
 */
public final class CsvAges {
  /** Ages run from 0 to this. */
  public static final int LAST_AGE = 120;

  static final String INDEX = "labels.csv";

  private CsvAges() {}

  /**
   * Opens a .csv file beside its images, or a folder or zip archive with a {@code labels.csv}.
   *
   * @throws FormatException naming file and line when the index is malformed
   */
  public static AgeSource open(Path path, OpenOptions options) {
    if (!Files.exists(path)) {
      throw new MienException("[data] " + path + " does not exist; expected a .csv file, or a folder or .zip archive with "
          + INDEX);
    }
    if (Files.isRegularFile(path) && path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
      var files = FolderFiles.unlisted(path.toAbsolutePath().getParent());
      var table = files.find(path.getFileName().toString()).orElseThrow();
      return FileAgeSource.open(files, () -> index("csv", files, table), options);
    }
    var files = DataFiles.open(path);
    return FileAgeSource.open(files, () -> index("csv", files, table(files)), options);
  }

  /** The labels.csv nearest to the root. */
  private static DataFile table(DataFiles files) {
    return files.files().stream().filter(f -> f.baseName().equalsIgnoreCase(INDEX))
        .min(Comparator.comparingInt(f -> f.name().split("/").length))
        .orElseThrow(() -> new FormatException("[data] " + files.location() + " holds no " + INDEX
            + "; expected one with the columns file,age[,gender][,split][,group]"));
  }

  static FileAgeSource.Index index(String name, DataFiles files, DataFile table) {
    var where = files.location() + "/" + table.name();
    var rows = LabelTable.read(files.read(table), where, List.of("file", "age"));
    var findings = new DataFindings.Builder();
    var candidates = new ArrayList<Candidate>();
    var lineOf = new HashMap<String, Long>();
    var splitOfGroup = new HashMap<String, Split>();
    for (var row : rows) {
      var file = table.folder() + row.path("file");
      var before = lineOf.putIfAbsent(file, row.line());
      if (before != null) {
        throw row.error("names " + file + " again, as line " + before + " did");
      }
      var candidate = candidate(row, files.find(file).orElse(new DataFile(file, -1)), splitOfGroup);
      if (candidate.file().sizeBytes() < 0) {
        findings.add(Finding.MISSING_FILE, file);
      } else {
        candidates.add(candidate);
      }
    }
    var named = new HashSet<>(lineOf.keySet());
    for (var file : files.files()) {
      if (!named.contains(file.name())) {
        findings.add(file.isImage() ? Finding.NOT_IN_INDEX : Finding.OTHER_FILE, file.name());
      }
    }
    return new FileAgeSource.Index(name, files, candidates, findings, LAST_AGE);
  }

  private static Candidate candidate(LabelTable.Row row, DataFile file, Map<String, Split> splitOfGroup) {
    double age = row.number("age", 0, LAST_AGE);
    double std = row.textOr("age_std", "").isEmpty() ? Double.NaN : row.number("age_std", 0, LAST_AGE);
    var group = row.textOr("group", row.path("file"));
    var split = row.cells().containsKey("split") ? split(row) : null;
    var other = split == null ? null : splitOfGroup.putIfAbsent(group, split);
    if (other != null && other != split) {
      throw row.error("puts group " + group + " into " + split.name().toLowerCase(Locale.ROOT) + ", an earlier line put it into "
          + other.name().toLowerCase(Locale.ROOT) + "; a group may not lie across splits");
    }
    return new Candidate(file, age, std, gender(row), group, split);
  }

  private static Split split(LabelTable.Row row) {
    return switch (row.text("split").toLowerCase(Locale.ROOT)) {
      case "train", "training" -> Split.TRAIN;
      case "validation", "valid", "val" -> Split.VALIDATION;
      case "test" -> Split.TEST;
      default -> throw row.error("has the split \"" + row.text("split") + "\", expected train, validation or test");
    };
  }

  private static int gender(LabelTable.Row row) {
    return switch (row.textOr("gender", "").toLowerCase(Locale.ROOT)) {
      case "0", "m", "male" -> 0;
      case "1", "f", "female" -> 1;
      case "", "-1", "unknown" -> -1;
      default -> throw row.error("has the gender \"" + row.text("gender") + "\", expected 0 (male), 1 (female) or nothing");
    };
  }
}
