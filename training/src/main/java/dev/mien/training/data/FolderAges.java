package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;

/**
 * A plain folder or zip archive of images: with a {@code labels.csv} at its root that is the index ({@link CsvAges}), otherwise
 * the age stands at the start of each file name, as in {@code 34.jpg}, {@code 34_anna.png}, {@code 7-b.jpg}. Ages lie in 0..120.
 *
 * <p>Split: {@link SplitRule} of the path below the root; near-duplicates stay together.
 */
public final class FolderAges {
  /** Ages run from 0 to this. */
  public static final int LAST_AGE = 120;

  private static final Pattern NAME = Pattern.compile("(-?\\d{1,3})(?!\\d).*");

  private FolderAges() {}

  /**
   * Opens a folder or a zip archive.
   *
   * @throws FormatException when no name starts with an age, a label lies outside 0..120, or too many images are broken
   */
  public static AgeSource open(Path path, OpenOptions options) {
    var files = DataFiles.open(path);
    return FileAgeSource.open(files, () -> files.files().stream().filter(f -> f.name().equals(CsvAges.INDEX)).findFirst()
        .map(table -> CsvAges.index("folder", files, table)).orElseGet(() -> byName(files)), options);
  }

  private static FileAgeSource.Index byName(DataFiles files) {
    var findings = new DataFindings.Builder();
    var candidates = new ArrayList<Candidate>();
    var range = new RangeCheck("a plain folder", LAST_AGE);
    for (var file : files.files()) {
      var match = NAME.matcher(file.baseName());
      if (!file.isImage()) {
        findings.add(Finding.OTHER_FILE, file.name());
      } else if (!match.matches()) {
        findings.add(Finding.MALFORMED_NAME, file.name());
      } else if (range.accepts(Integer.parseInt(match.group(1)), file.name())) {
        candidates.add(new Candidate(file, Integer.parseInt(match.group(1)), -1, file.name()));
      }
    }
    range.finish(files.location());
    if (candidates.isEmpty()) {
      throw new FormatException("[data] no image name below " + files.location()
          + " starts with an age, as 34_anna.jpg does, and there is "
          + "no labels.csv; found " + DataFindings.firstOf(files.files().stream().map(DataFile::name).toList(), 3));
    }
    return new FileAgeSource.Index("folder", files, candidates, findings, LAST_AGE);
  }
}
