package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import java.util.ArrayList;
import java.util.List;

/** Labels outside a data set's own range: collected, then refused in one message that counts and names them. */
final class RangeCheck {
  private final String dataSet;
  private final int lastAge;
  private final List<String> outside = new ArrayList<>();

  RangeCheck(String dataSet, int lastAge) {
    this.dataSet = dataSet;
    this.lastAge = lastAge;
  }

  /** Whether the age lies in 0..lastAge; remembers the file when not. */
  boolean accepts(double ageYears, String file) {
    if (ageYears >= 0 && ageYears <= lastAge) {
      return true;
    }
    outside.add(file);
    return false;
  }

  /**
   * @throws FormatException when a label lay outside the range
   */
  void finish(String location) {
    if (!outside.isEmpty()) {
      throw new FormatException("[data] " + outside.size() + (outside.size() == 1 ? " label in " : " labels in ") + location
          + " outside the range 0.." + lastAge + " of " + dataSet + ": " + DataFindings.firstOf(outside, 5)
          + "; correct or remove " + (outside.size() == 1 ? "this file" : "these files"));
    }
  }
}
