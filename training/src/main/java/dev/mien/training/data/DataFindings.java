package dev.mien.training.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Everything skipped or noticed while a data set was opened: each item counted and named, in sorted order. */
public record DataFindings(Map<Finding, List<String>> items) {
  /** Nothing noticed. */
  public static final DataFindings NONE = new DataFindings(Map.of());

  public DataFindings {
    var copy = new EnumMap<Finding, List<String>>(Finding.class);
    items.forEach((finding, names) -> {
      if (!names.isEmpty()) {
        copy.put(finding, names.stream().sorted().toList());
      }
    });
    items = Collections.unmodifiableMap(copy);
  }

  /** How many items have this finding. */
  public int count(Finding finding) {
    return names(finding).size();
  }

  /** The items with this finding, each with its reason where there is one. */
  public List<String> names(Finding finding) {
    return items.getOrDefault(finding, List.of());
  }

  /** How many items were left out, for any reason except that they are no images at all. */
  public int skipped() {
    return items.keySet().stream().filter(f -> f.skipped() && f != Finding.OTHER_FILE).mapToInt(this::count).sum();
  }

  /** One line: "3 malformed names, 1 unreadable image"; empty when nothing was noticed. */
  public String summary() {
    return items.keySet().stream().map(f -> f.text(count(f))).collect(Collectors.joining(", "));
  }

  /** One line per finding with at most {@code limit} names each. */
  public List<String> lines(int limit) {
    var lines = new ArrayList<String>();
    items.forEach((finding, names) -> lines.add(finding.text(names.size()) + ": " + firstOf(names, limit)));
    return lines;
  }

  static String firstOf(List<String> names, int limit) {
    var shown = String.join(", ", names.subList(0, Math.min(limit, names.size())));
    return names.size() > limit ? shown + " and " + (names.size() - limit) + " more" : shown;
  }

  /** Collects findings from one thread. */
  static final class Builder {
    private final Map<Finding, List<String>> items = new EnumMap<>(Finding.class);

    Builder add(Finding finding, String name) {
      items.computeIfAbsent(finding, f -> new ArrayList<>()).add(name);
      return this;
    }

    List<String> names(Finding finding) {
      return items.getOrDefault(finding, List.of());
    }

    DataFindings build() {
      return new DataFindings(items);
    }
  }
}
