package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * APPA-REAL, the data of ChaLearn LAP 2016: 4,113 train, 1,500 validation and 1,978 test pictures with the mean and the standard
 * deviation of the votes on the apparent age ({@code gt_avg_train.csv}, {@code gt_avg_valid.csv}, {@code gt_avg_test.csv}). The
 * crops {@code X.jpg_face.jpg} that come with it are used. A list of bad crops ({@code ignore_list.csv} or {@code .txt}, one name
 * per line), as its author intended, is applied to the training split only.
 */
public final class AppaReal {
  /** Apparent ages run from 0 to this. */
  public static final int LAST_AGE = 100;

  private static final List<String> COLUMNS = List.of("file_name", "apparent_age_avg", "apparent_age_std");
  private static final Set<String> IGNORE_LISTS = Set.of("ignore_list.csv", "ignore_list.txt", "ignore.csv", "ignore.txt");

  private AppaReal() {}

  /**
   * Opens a folder or a zip archive.
   *
   * @throws FormatException naming file and line when an index is missing or malformed
   */
  public static AgeSource open(Path path, OpenOptions options) {
    var files = DataFiles.open(path);
    return FileAgeSource.open(files, () -> index(files), options);
  }

  private static FileAgeSource.Index index(DataFiles files) {
    var train = files.files().stream().filter(f -> f.baseName().equals("gt_avg_train.csv")).findFirst()
        .orElseThrow(() -> new FormatException("[data] " + files.location()
            + " holds no gt_avg_train.csv; expected the APPA-REAL release "
            + "with gt_avg_train.csv, gt_avg_valid.csv, gt_avg_test.csv and the folders train, valid, test"));
    var findings = new DataFindings.Builder();
    var candidates = new ArrayList<Candidate>();
    var ignored = ignored(files);
    addSplit(new Part(files, train.folder(), "train", Split.TRAIN), ignored, candidates, findings);
    addSplit(new Part(files, train.folder(), "valid", Split.VALIDATION), Set.of(), candidates, findings);
    addSplit(new Part(files, train.folder(), "test", Split.TEST), Set.of(), candidates, findings);
    return new FileAgeSource.Index("appareal", files, candidates, findings, LAST_AGE);
  }

  private record Part(DataFiles files, String root, String folder, Split split) {
    DataFile table() {
      var name = root + "gt_avg_" + folder + ".csv";
      return files.find(name).orElseThrow(() -> new FormatException("[data] " + files.location() + " holds no " + name));
    }
  }

  private static void addSplit(Part part, Set<String> ignored, List<Candidate> candidates, DataFindings.Builder findings) {
    var where = part.files().location() + "/" + part.table().name();
    var seen = new HashSet<String>();
    for (var row : LabelTable.read(part.files().read(part.table()), where, COLUMNS)) {
      var name = row.path("file_name");
      if (!seen.add(name)) {
        throw row.error("names " + name + " again");
      }
      double age = row.number("apparent_age_avg", 0, LAST_AGE);
      double std = row.number("apparent_age_std", 0, LAST_AGE);
      var path = part.root() + part.folder() + "/" + name + "_face.jpg";
      var file = part.files().find(path);
      if (ignored.contains(plainName(name))) {
        findings.add(Finding.IGNORED_BY_LIST, path);
      } else if (file.isEmpty()) {
        findings.add(Finding.MISSING_FILE, path);
      } else {
        candidates.add(new Candidate(file.get(), age, std, -1, part.folder() + "/" + name, part.split()));
      }
    }
  }

  private static Set<String> ignored(DataFiles files) {
    var names = new HashSet<String>();
    for (var file : files.files()) {
      if (IGNORE_LISTS.contains(file.baseName())) {
        new String(files.read(file), StandardCharsets.UTF_8).lines().map(AppaReal::plainName).filter(n -> !n.isEmpty())
            .forEach(names::add);
      }
    }
    return names;
  }

  /** "train/000003.jpg_face.jpg" and "000003.jpg," are both "000003.jpg". */
  private static String plainName(String line) {
    var name = line.strip().replaceAll("[\",;].*$", "").replace("_face.jpg", "");
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
