package dev.mien.models.agegender;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an {@link AgeGenderNet} tells, and how its age branch is built.
 *
 * <pre>{@code
 * var plan = AgeGenderPlan.joint(AgeGroups.decade()).ages(101).hidden(512, 0.5);
 * }</pre>
 *
 * @param gender whether there is a gender head
 * @param groups of the age-group head; null for a network that tells the gender alone
 * @param ages classes of the head on the distribution over single years, 0..ages-1; 0 for none
 * @param injection whether the age branch sees the predicted gender
 * @param hidden units of a hidden layer of the age branch; 0 for none
 * @param dropout probability behind the hidden layer
 */
public record AgeGenderPlan(boolean gender, AgeGroups groups, int ages, Injection injection, int hidden, double dropout) {
  /** Ages 0..100, as the age models have them. */
  public static final int YEARS = 101;

  private static final int MOST_AGES = 1000;
  private static final int MOST_HIDDEN = 1 << 16;

  /** How the probabilities of the genders reach the age branch. */
  public enum Injection {
    /** As they are: errors of the age train the gender head too. */
    GRADIENT,
    /** As constants. */
    DETACHED,
    /** Not at all. */
    OFF
  }

  public AgeGenderPlan {
    if (!gender && groups == null) {
      throw new IllegalArgumentException("[age-gender] a network must tell the gender, the age or both");
    }
    if (groups == null && (ages > 0 || hidden > 0) || ages < 0 || ages == 1 || ages > MOST_AGES || hidden < 0 || hidden > MOST_HIDDEN) {
      throw new IllegalArgumentException("[age-gender] " + ages + " ages and " + hidden + " hidden units do not fit "
          + (groups == null ? "a network without ages" : "age groups: expected 0 or 2.." + MOST_AGES + " ages and 0.." + MOST_HIDDEN + " units"));
    }
    if (injection != Injection.OFF && (!gender || groups == null)) {
      throw new IllegalArgumentException("[age-gender] injection " + injection + " needs a gender head and an age branch");
    }
    if (!(dropout >= 0 && dropout < 1) || dropout > 0 && hidden == 0) {
      throw new IllegalArgumentException("[age-gender] dropout must lie in [0, 1) and needs a hidden layer, got " + dropout + " behind " + hidden
          + " units");
    }
  }

  /** Gender and age group, the probabilities of the genders injected with their gradient. */
  public static AgeGenderPlan joint(AgeGroups groups) {
    return new AgeGenderPlan(true, groups, 0, Injection.GRADIENT, 0, 0);
  }

  /** One task alone: the gender. */
  public static AgeGenderPlan genderOnly() {
    return new AgeGenderPlan(true, null, 0, Injection.OFF, 0, 0);
  }

  /** One task alone: the age group. */
  public static AgeGenderPlan ageOnly(AgeGroups groups) {
    return new AgeGenderPlan(false, groups, 0, Injection.OFF, 0, 0);
  }

  /** The same with a distribution over so many single years; 0 for none. */
  public AgeGenderPlan ages(int classes) {
    return new AgeGenderPlan(gender, groups, classes, injection, hidden, dropout);
  }

  /** The same with another injection. */
  public AgeGenderPlan injection(Injection how) {
    return new AgeGenderPlan(gender, groups, ages, how, hidden, dropout);
  }

  /** The same with a hidden layer of the age branch, ReLU and dropout behind it; the paper's reading is 512 and 0.5. */
  public AgeGenderPlan hidden(int units, double dropoutBehind) {
    return new AgeGenderPlan(gender, groups, ages, injection, units, dropoutBehind);
  }

  /** As text entries for the metadata of a model file. */
  Map<String, String> toMetadata() {
    var map = new LinkedHashMap<String, String>();
    map.put("plan.gender", Boolean.toString(gender));
    map.put("plan.groups", groups == null ? "none" : groups.name());
    map.put("plan.groupsFromYears", groups == null ? "none" : groups.fromYears().toString());
    map.put("plan.ages", Integer.toString(ages));
    map.put("plan.injection", injection.name());
    map.put("plan.hidden", Integer.toString(hidden));
    map.put("plan.dropout", Double.toString(dropout));
    return map;
  }

  /**
   * Reads back what {@link #toMetadata} wrote.
   *
   * @throws IllegalArgumentException naming what is missing or wrong
   */
  static AgeGenderPlan fromMetadata(Map<String, String> map) {
    String from = entry(map, "plan.groupsFromYears");
    var groups = from.equals("none") ? null : new AgeGroups(entry(map, "plan.groups"), numbers(from));
    String gender = entry(map, "plan.gender");
    if (!gender.equals("true") && !gender.equals("false")) {
      throw new IllegalArgumentException("plan.gender is " + gender + "; expected true or false");
    }
    return new AgeGenderPlan(gender.equals("true"), groups, Integer.parseInt(entry(map, "plan.ages")),
        Injection.valueOf(entry(map, "plan.injection")), Integer.parseInt(entry(map, "plan.hidden")), Double.parseDouble(entry(map, "plan.dropout")));
  }

  private static List<Integer> numbers(String text) {
    if (!text.matches("\\[[0-9]{1,4}(, [0-9]{1,4}){1,199}]")) {
      throw new IllegalArgumentException("plan.groupsFromYears is " + text + "; expected [0, 10, ...]");
    }
    var found = new ArrayList<Integer>();
    for (String part : text.substring(1, text.length() - 1).split(", ")) {
      found.add(Integer.parseInt(part));
    }
    return found;
  }

  private static String entry(Map<String, String> map, String key) {
    String value = map.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the model file carries no " + key);
    }
    return value;
  }
}
