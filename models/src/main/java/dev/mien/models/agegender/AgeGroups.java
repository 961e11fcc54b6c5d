package dev.mien.models.agegender;

import dev.mien.engine.tensor.MienException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Ages cut into groups: group b holds the ages in {@code [fromYears[b], fromYears[b + 1])}, the last all above.
 *
 * @param name what the command line and model files call them
 * @param fromYears where each group begins; the first at 0
 */
public record AgeGroups(String name, List<Integer> fromYears) {
  private static final Map<String, AgeGroups> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("decade", new AgeGroups("decade", List.of(0, 10, 20, 30, 40, 50, 60, 70, 80)));
    BY_NAME.put("coarse", new AgeGroups("coarse", List.of(0, 13, 20, 35, 50, 65)));
  }

  /**
   * @throws IllegalArgumentException when there are less than two groups, or they do not begin at 0 and rise
   */
  public AgeGroups {
    fromYears = List.copyOf(fromYears);
    if (fromYears.size() < 2 || fromYears.getFirst() != 0) {
      throw new IllegalArgumentException("[age groups] need two groups at least, the first from 0, got " + fromYears);
    }
    for (int b = 1; b < fromYears.size(); b++) {
      if (fromYears.get(b) <= fromYears.get(b - 1)) {
        throw new IllegalArgumentException("[age groups] must rise, got " + fromYears);
      }
    }
  }

  /** [0, 10), [10, 20) ... [80, inf): 9 groups. */
  public static AgeGroups decade() {
    return BY_NAME.get("decade");
  }

  /** 0-12, 13-19, 20-34, 35-49, 50-64, 65 and above: 6 groups. */
  public static AgeGroups coarse() {
    return BY_NAME.get("coarse");
  }

  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /**
   * @throws MienException when there are no such groups; the message lists them
   */
  public static AgeGroups named(String name) {
    var groups = BY_NAME.get(name);
    if (groups == null) {
      throw new MienException("no age groups named '" + name + "'; there are " + String.join(", ", BY_NAME.keySet()));
    }
    return groups;
  }

  /** How many there are, B. */
  public int count() {
    return fromYears.size();
  }

  /** The group of an age, 0..B-1. */
  public int of(double ageYears) {
    int group = 0;
    while (group + 1 < count() && ageYears >= fromYears.get(group + 1)) {
      group++;
    }
    return group;
  }

  /** A group as people write it: {@code 20–29}, {@code 80+}. */
  public String label(int group) {
    return group == count() - 1 ? fromYears.get(group) + "+" : fromYears.get(group) + "–" + (fromYears.get(group + 1) - 1);
  }

  /** All of them, youngest first. */
  public List<String> labels() {
    return IntStream.range(0, count()).mapToObj(this::label).toList();
  }
}
