package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of pictures in a text file, in LFW's own format or in a general one.
 *
 * <p>LFW ({@code pairs.txt}, {@code pairsDevTest.txt}): the first line is {@code FOLDS TAB N}, or only N for one fold; then for each
 * fold N lines {@code NAME I J} of one person and N lines {@code NAME I NAME J} of two. Picture I of a person is
 * {@code NAME/NAME_000I}. General: lines {@code PATH PATH 1} or {@code 0}. Columns stand between tabs or blanks, in the general
 * format also commas.
 *
 * <pre>{@code
 * try (var lfw = LfwPairs.open(Path.of("lfw_aligned112_dev.zip")).requireComplete()) {
 *   byte[] jpeg = lfw.read(lfw.pairs().getFirst().first());
 * }
 * }</pre>
 */
public final class LfwPairs {
  private static final int MAX_PAIRS = 5_000_000;

  private final String source;
  private final List<Pair> pairs;
  private final int folds;

  /**
   * Two pictures.
   *
   * @param first path of a picture; without its ending in LFW's format
   * @param fold from 0; always 0 in the general format
   */
  public record Pair(String first, String second, boolean same, int fold) {}

  private LfwPairs(String source, List<Pair> pairs, int folds) {
    this.source = source;
    this.pairs = List.copyOf(pairs);
    this.folds = folds;
  }

  /**
   * Reads a file in LFW's format.
   *
   * @throws FormatException naming the line that is malformed, or the fold that has not N pairs of each kind
   */
  public static LfwPairs read(Path file) {
    var reader = new LfwReader();
    TextLines.read("pairs", file, reader);
    return reader.finish(file.toString());
  }

  /** The same from bytes; {@code source} stands for them in messages. */
  public static LfwPairs parse(byte[] text, String source) {
    var reader = new LfwReader();
    TextLines.read("pairs", source, text, reader);
    return reader.finish(source);
  }

  /**
   * Reads a file in the general format.
   *
   * @throws FormatException naming the line that is malformed
   */
  public static LfwPairs readGeneral(Path file) {
    var pairs = new ArrayList<Pair>();
    TextLines.read("pairs", file, line -> {
      var columns = line.text().indexOf('\t') < 0 && line.text().indexOf(',') >= 0 ? line.text().split(",", -1) : line.columns();
      if (columns.length != 3 || !columns[2].trim().matches("[01]") || pairs.size() == MAX_PAIRS) {
        throw line.error("is \"" + TextLines.shown(line.text()) + "\"; expected PATH PATH 1 or 0, and at most " + MAX_PAIRS
            + " such lines");
      }
      pairs.add(new Pair(TextLines.safePath(line, columns[0].trim()), TextLines.safePath(line, columns[1].trim()),
          columns[2].trim().equals("1"), 0));
    });
    if (pairs.isEmpty()) {
      throw new FormatException("[pairs] " + file + " names no pair; expected at least one line");
    }
    return new LfwPairs(file.toString(), pairs, 1);
  }

  /**
   * Opens a folder or zip archive that holds pictures and one text file {@code pairs*.txt} in LFW's format.
   *
   * @throws FormatException when there is no such text or more than one, or it is malformed
   */
  public static ResolvedPairs open(Path root) {
    var files = DataFiles.open(root);
    try {
      var texts = files.files().stream().filter(f -> f.baseName().matches("(?i)pairs.*\\.txt")).toList();
      if (texts.size() != 1) {
        throw new FormatException("[pairs] " + root + " holds " + texts.size() + " files pairs*.txt "
            + texts.stream().limit(5).map(DataFile::name).toList() + "; expected one. Read the pairs from the right file, then "
            + "resolve them here");
      }
      return parse(files.read(texts.getFirst()), root + "/" + texts.getFirst().name()).resolve(files);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  /**
   * Finds the pictures below a folder or in a zip archive, at any depth: {@code NAME/NAME_0001.jpg} may lie in {@code images/}.
   * Those that are not there are counted and named, and their pairs left out.
   *
   * @throws FormatException when several files could be meant
   */
  public ResolvedPairs resolve(Path root) {
    var files = DataFiles.open(root);
    try {
      return resolve(files);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private ResolvedPairs resolve(DataFiles files) {
    return new ResolvedPairs(this, files);
  }

  /** Where the pairs were read from. */
  public String source() {
    return source;
  }

  public List<Pair> pairs() {
    return pairs;
  }

  public int folds() {
    return folds;
  }

  /** Takes LFW's lines in their order. */
  private static final class LfwReader implements TextLines.Reader {
    private final List<Pair> pairs = new ArrayList<>();
    private int folds;
    private int each;
    private int sameInFold;

    @Override
    public void line(TextLines.Line line) {
      var columns = line.columns();
      if (folds == 0) {
        header(line, columns);
      } else if (pairs.size() == 2 * folds * each) {
        throw line.error("is one too many: the first line promises " + folds + " folds of twice " + each + " pairs");
      } else {
        pair(line, columns);
      }
    }

    private void header(TextLines.Line line, String[] columns) {
      if (columns.length > 2) {
        throw line.error("is \"" + TextLines.shown(line.text()) + "\"; expected FOLDS<TAB>N or N, the pairs of each kind in a fold");
      }
      folds = columns.length == 1 ? 1 : line.integer(columns[0], 1);
      each = line.integer(columns[columns.length - 1], 1);
      if (2L * folds * each > MAX_PAIRS) {
        throw line.error("promises " + folds + " folds of twice " + each + " pairs; expected at most " + MAX_PAIRS + " in all");
      }
    }

    private void pair(TextLines.Line line, String[] columns) {
      if (columns.length != 3 && columns.length != 4) {
        throw line.error("has " + columns.length + " columns; expected NAME I J or NAME I NAME J");
      }
      boolean same = columns.length == 3;
      if (!same && columns[0].equals(columns[2])) {
        throw line.error("compares " + TextLines.shown(columns[0]) + " with the same name in a pair of two people");
      }
      var first = picture(line, columns[0], columns[1]);
      var second = same ? picture(line, columns[0], columns[2]) : picture(line, columns[2], columns[3]);
      int fold = pairs.size() / (2 * each);
      pairs.add(new Pair(first, second, same, fold));
      sameInFold += same ? 1 : 0;
      if (pairs.size() % (2 * each) == 0) {
        if (sameInFold != each) {
          throw line.error("ends fold " + (fold + 1) + " with " + sameInFold + " pairs of one person among " + 2 * each
              + "; expected " + each);
        }
        sameInFold = 0;
      }
    }

    private static String picture(TextLines.Line line, String name, String number) {
      int n = line.integer(number, 0);
      if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
        throw line.error("has the name \"" + TextLines.shown(name) + "\"; expected the name of a folder");
      }
      return TextLines.safePath(line, name + "/" + name + "_" + "0".repeat(Math.max(0, 4 - Integer.toString(n).length())) + n);
    }

    LfwPairs finish(String source) {
      if (folds == 0 || pairs.size() != 2 * folds * each) {
        throw new FormatException("[pairs] " + source + " has " + pairs.size() + " pairs; expected "
            + (folds == 0 ? "a first line FOLDS<TAB>N" : 2 * folds * each + " by its first line. Is it cut off?"));
      }
      return new LfwPairs(source, pairs, folds);
    }
  }
}
