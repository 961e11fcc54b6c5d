package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * UTKFace (Zhang, Song, Qi 2017): faces whose names are their labels, {@code [age]_[gender]_[race]_[yyyymmddHHMMSSmmm].jpg}, the
 * aligned ones with {@code .chip.jpg} behind; ages 0 to 116, gender 0 male, 1 female. Every image below the root is taken by its
 * name, whatever folder it lies in; names that break the pattern are counted and listed, and a name met again in another folder
 * counts once.
 *
 * <p>Split: {@link SplitRule} of the timestamp's minute, its first 12 digits, as pictures of one minute often show one person.
 * Minutes that share a near-duplicate become one group, which goes where its first member by file name goes.
 */
public final class UtkFace {
  /** Ages run from 0 to this. */
  public static final int LAST_AGE = 116;

  /** The races as the data set names them, in the order of its numbers. */
  public static final List<String> RACES = List.of("White", "Black", "Asian", "Indian", "Others");

  private static final Pattern NAME = Pattern.compile(
      "(-?\\d{1,9})_([01])_([0-4])_(\\d{17})\\.(?:jpe?g|png)(?:\\.chip\\.(?:jpe?g|png))?", Pattern.CASE_INSENSITIVE);
  private static final int MINUTE_DIGITS = 12;

  private UtkFace() {}

  /** The race that a sample's id tells, White, Black, Asian, Indian or Others; empty where it is no name of UTKFace. */
  public static String race(String id) {
    int number = raceNumber(id);
    return number < 0 ? "" : RACES.get(number);
  }

  /** The place in {@link #RACES} of the race that a sample's id tells; -1 where it is no name of UTKFace. */
  public static int raceNumber(String id) {
    var match = NAME.matcher(id.substring(id.lastIndexOf('/') + 1));
    return match.matches() ? Integer.parseInt(match.group(3)) : -1;
  }

  /**
   * Opens a folder or a zip archive.
   *
   * @throws FormatException when no name parses, a label lies outside 0..116, or too many images are broken
   */
  public static AgeSource open(Path path, OpenOptions options) {
    return open(DataFiles.open(path), options);
  }

  static AgeSource open(DataFiles files, OpenOptions options) {
    return FileAgeSource.open(files, () -> index(files), options);
  }

  private static FileAgeSource.Index index(DataFiles files) {
    var findings = new DataFindings.Builder();
    var candidates = new ArrayList<Candidate>();
    var range = new RangeCheck("UTKFace", LAST_AGE);
    var seen = new HashSet<String>();
    for (var file : files.files()) {
      var match = NAME.matcher(file.baseName());
      if (!file.isImage()) {
        findings.add(Finding.OTHER_FILE, file.name());
      } else if (!match.matches()) {
        findings.add(Finding.MALFORMED_NAME, file.name());
      } else if (!seen.add(file.baseName())) {
        findings.add(Finding.REPEATED_NAME, file.name());
      } else if (range.accepts(Integer.parseInt(match.group(1)), file.name())) {
        candidates.add(new Candidate(file, Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)),
            match.group(4).substring(0, MINUTE_DIGITS)));
      }
    }
    range.finish(files.location());
    if (candidates.isEmpty()) {
      throw new FormatException("[data] no file name below " + files.location() + " is a UTKFace name, expected "
          + "[age]_[gender]_[race]_[17-digit timestamp].jpg or .jpg.chip.jpg; found "
          + DataFindings.firstOf(files.files().stream().map(DataFile::name).toList(), 3));
    }
    return new FileAgeSource.Index("utkface", files, candidates, findings, LAST_AGE);
  }
}
