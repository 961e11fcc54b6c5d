package dev.mien.training.facedata;

import java.util.Comparator;

/** The order in which people number pictures: {@code 2.jpg} before {@code 10.jpg}. Runs of digits compare by value, all else by its characters. */
final class NaturalOrder implements Comparator<String> {
  static final NaturalOrder INSTANCE = new NaturalOrder();

  private NaturalOrder() {}

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int order;
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        int toI = endOfDigits(a, i);
        int toJ = endOfDigits(b, j);
        var x = a.substring(i, toI).replaceFirst("^0+", "");
        var y = b.substring(j, toJ).replaceFirst("^0+", "");
        order = x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
        i = toI;
        j = toJ;
      } else {
        order = Character.compare(a.charAt(i++), b.charAt(j++));
      }
      if (order != 0) {
        return order;
      }
    }
    int rest = Integer.compare(a.length() - i, b.length() - j);
    // 01.jpg and 1.jpg are two files.
    return rest != 0 ? rest : a.compareTo(b);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int endOfDigits(String text, int from) {
    int to = from;
    while (to < text.length() && isDigit(text.charAt(to))) {
      to++;
    }
    return to;
  }
}
