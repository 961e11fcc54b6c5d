package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A pairs file as LFW has it: a first line with the number of folds and of pairs of each kind in a fold (the folds may be missing: one), then
 * for each fold lines {@code name n1 n2} of one person and {@code name1 n1 name2 n2} of two.
 */
final class PairsFile {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
  private static final int MOST_PAIRS = 10_000_000;

  private PairsFile() {}

  /**
   * @param first picture, as {@code Name/Name_0001}
   * @param fold from 0
   */
  record Line(String first, String second, boolean same, int fold) {}

  /**
   * @throws FormatException with the number of the line that does not fit
   */
  static List<Line> parse(byte[] bytes, String name) {
    var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty()) {
      throw new FormatException("[pairs] " + name + " is empty; expected a first line with the number of folds and of pairs");
    }
    var head = lines.getFirst().strip().split("\\s+");
    boolean sound = (head.length == 1 || head.length == 2) && NUMBER.matcher(head[0]).matches() && NUMBER.matcher(head[head.length - 1]).matches();
    int folds = sound && head.length == 2 ? Integer.parseInt(head[0]) : 1;
    long each = sound ? Long.parseLong(head[head.length - 1]) : 0;
    if (!sound || folds < 1 || each < 1 || 2 * each * folds > MOST_PAIRS) {
      throw new FormatException("[pairs] " + name + " begins with \"" + shortened(lines.getFirst())
          + "\"; expected the number of folds and the number of pairs of each kind in a fold, as \"10 300\"");
    }
    var found = new ArrayList<Line>();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        found.add(line(lines.get(i), name, i + 1, (int) (found.size() / (2 * each))));
      }
    }
    if (found.size() != 2 * each * folds) {
      throw new FormatException("[pairs] " + name + " holds " + found.size() + " pairs; its first line promises " + 2 * each * folds + " ("
          + folds + " folds of " + each + " and " + each + ")");
    }
    return found;
  }

  private static Line line(String text, String name, int number, int fold) {
    var words = text.strip().split("\\t+|\\s+");
    if (words.length == 3 && numbers(words[1], words[2])) {
      return new Line(picture(words[0], words[1]), picture(words[0], words[2]), true, fold);
    }
    if (words.length == 4 && numbers(words[1], words[3])) {
      return new Line(picture(words[0], words[1]), picture(words[2], words[3]), false, fold);
    }
    throw new FormatException("[pairs] " + name + " line " + number + " is \"" + shortened(text)
        + "\"; expected \"name n1 n2\" or \"name1 n1 name2 n2\"");
  }

  private static boolean numbers(String... words) {
    for (var word : words) {
      if (!NUMBER.matcher(word).matches()) {
        return false;
      }
    }
    return true;
  }

  private static String picture(String person, String number) {
    return person + "/" + person + "_" + String.format(Locale.ROOT, "%04d", Integer.parseInt(number));
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
