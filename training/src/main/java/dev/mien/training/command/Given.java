package dev.mien.training.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Options that override a preset's values: null means not given. */
public final class Given {
  private Given() {}

  /** What was given, or what the preset has. */
  public static <T> T or(T given, T preset) {
    return given == null ? preset : given;
  }

  /** The names of those that were given, of name, value, name, value ... */
  public static List<String> names(Object... namesAndValues) {
    var names = new ArrayList<String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null) {
        names.add((String) namesAndValues[i]);
      }
    }
    return names;
  }

  /** Options and values, as arguments, of those that are not as a preset has them. */
  public static List<String> beside(Map<String, Object> preset, Map<String, Object> values) {
    var arguments = new ArrayList<String>();
    values.forEach((option, value) -> {
      if (!value.equals(preset.get(option))) {
        arguments.addAll(List.of(option, value.toString()));
      }
    });
    return arguments;
  }
}
