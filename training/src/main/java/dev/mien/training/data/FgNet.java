package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * FG-NET (1,002 pictures of 82 people, ages 0 to 69): names such as {@code 001A02.JPG} and {@code 010a07b.jpg} are person, 'A',
 * age and an optional letter for pictures at the same age. The usual protocol leaves one person out, 82 times: {@link #fold}.
 * Opened as a whole, people are split by {@link SplitRule} of their three digits.
 */
public final class FgNet extends ForwardingAgeSource {
  /** Ages run from 0 to this. */
  public static final int LAST_AGE = 69;

  private static final Pattern NAME =
      Pattern.compile("(\\d{3})A(\\d{2})([a-z])?\\.(jpg|jpeg|png)", Pattern.CASE_INSENSITIVE);

  private FgNet(AgeSource source) {
    super(source);
  }

  /**
   * Opens a folder or a zip archive; where there is a folder "images", only the pictures in it are taken.
   *
   * @throws FormatException when no name parses, a label lies outside 0..69, or too many images are broken
   */
  public static FgNet open(Path path, OpenOptions options) {
    var files = DataFiles.open(path);
    return new FgNet(FileAgeSource.open(files, () -> index(files), options));
  }

  private static FileAgeSource.Index index(DataFiles files) {
    var findings = new DataFindings.Builder();
    var candidates = new ArrayList<Candidate>();
    var range = new RangeCheck("FG-NET", LAST_AGE);
    boolean hasImagesFolder = files.files().stream().anyMatch(FgNet::inImages);
    for (var file : files.files()) {
      var match = NAME.matcher(file.baseName());
      if (!file.isImage() || hasImagesFolder && !inImages(file)) {
        findings.add(Finding.OTHER_FILE, file.name());
      } else if (!match.matches()) {
        findings.add(Finding.MALFORMED_NAME, file.name());
      } else if (range.accepts(Integer.parseInt(match.group(2)), file.name())) {
        candidates.add(new Candidate(file, Integer.parseInt(match.group(2)), -1, match.group(1)));
      }
    }
    range.finish(files.location());
    if (candidates.isEmpty()) {
      throw new FormatException("[data] no file name below " + files.location() + " is an FG-NET name such as 001A02.JPG; found "
          + DataFindings.firstOf(files.files().stream().map(DataFile::name).toList(), 3));
    }
    return new FileAgeSource.Index("fgnet", files, candidates, findings, LAST_AGE);
  }

  private static boolean inImages(DataFile file) {
    return file.isImage() && ("/" + file.folder()).toLowerCase(Locale.ROOT).contains("/images/");
  }

  /** The numbers of all people, ascending. */
  public List<Integer> subjects() {
    var subjects = new TreeSet<Integer>();
    for (var sample : samples()) {
      subjects.add(subject(sample));
    }
    return List.copyOf(subjects);
  }

  /**
   * The fold that leaves one person out: that person is the test split, everyone else the training split, nobody validates. A
   * view: closing it leaves this source open.
   *
   * @throws MienException when there is no such person
   */
  public AgeSource fold(int subject) {
    if (!subjects().contains(subject)) {
      throw new MienException("[data] FG-NET at hand has no person " + subject + "; it has " + subjects());
    }
    var samples = samples().stream().map(s -> s.withSplit(subject(s) == subject ? Split.TEST : Split.TRAIN)).toList();
    return new Fold(this, subject, samples);
  }

  private static int subject(AgeSample sample) {
    return Integer.parseInt(sample.id().substring(sample.id().lastIndexOf('/') + 1).substring(0, 3));
  }

  private static final class Fold extends ForwardingAgeSource {
    private final int subject;
    private final List<AgeSample> samples;

    Fold(AgeSource source, int subject, List<AgeSample> samples) {
      super(source);
      this.subject = subject;
      this.samples = samples;
    }

    @Override
    public String describe() {
      return source.describe() + "; fold without person " + subject + ": " + indices(Split.TRAIN).length + " train, "
          + indices(Split.TEST).length + " test";
    }

    @Override
    public List<AgeSample> samples() {
      return samples;
    }

    @Override
    public boolean validates() {
      return false;
    }

    @Override
    public String contentHash() {
      return source.contentHash() + "-fold" + subject;
    }

    @Override
    public void close() {
      // The folds share the source, which its owner closes.
    }
  }
}
