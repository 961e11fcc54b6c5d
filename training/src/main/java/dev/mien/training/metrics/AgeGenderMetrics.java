package dev.mien.training.metrics;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.agegender.AgeGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * How good estimates of gender and age are. Shares are fractions; a task is null where the model does not tell it or no label is known.
 *
 * @param count faces in all
 * @param gender of the gender
 * @param group of the age group
 * @param years of the age in years
 * @param slices the same figures for parts of the faces: by true gender, by race, by age group; those without faces are left out
 */
public record AgeGenderMetrics(int count, Gender gender, Group group, Years years, List<Slice> slices) {
  /** Bins of P(female) in {@link Gender#histogram}. */
  public static final int HISTOGRAM_BINS = 20;

  /**
   * What a model without eyes would know, of the training split, never of the set that is scored.
   *
   * @param medianYears median age; NaN unknown
   * @param femaleShare share of women; NaN unknown
   */
  public record Baseline(double medianYears, double femaleShare) {}

  /**
   * Of the gender.
   *
   * @param majorityShare what always answering the training split's majority would score; the scored set's own where that is unknown
   * @param confusion faces by true (first) and told gender: male, female
   * @param calibration of the likelier gender's probability
   * @param histogram faces by true gender (first) and bin of P(female), {@value #HISTOGRAM_BINS} bins from 0 to 1
   */
  public record Gender(int count, double accuracy, double majorityShare, int[][] confusion, Reliability calibration, long[][] histogram) {}

  /**
   * Of the age group.
   *
   * @param oneOff share within one group of the true one
   * @param aabd mean |told group - true group|, the average absolute bucket difference
   * @param constantShare what always answering the group of the training median would score; NaN where that is unknown
   * @param confusion faces by true (first) and told group
   * @param calibration of the likeliest group's probability
   */
  public record Group(int count, double accuracy, double oneOff, double aabd, double constantShare, int[][] confusion, Reliability calibration) {}

  /**
   * Of the age in years.
   *
   * @param mae mean |expectation - age|
   * @param bias mean (expectation - age)
   * @param floorMae what always answering the training median would score; NaN where that is unknown
   */
  public record Years(int count, double mae, double bias, double floorMae) {}

  /**
   * A part of the faces; NaN where a figure cannot be taken.
   *
   * @param kind {@code gender}, {@code race} or {@code age}
   */
  public record Slice(String kind, String name, int count, double genderAccuracy, double groupAccuracy, double oneOff, double aabd, double mae) {}

  /**
   * @throws MienException when there are no predictions
   */
  public static AgeGenderMetrics of(List<AgeGenderPrediction> predictions, Baseline baseline) {
    if (predictions.isEmpty()) {
      throw new MienException("[metrics] no predictions to score");
    }
    return new AgeGenderMetrics(predictions.size(), gender(only(predictions, AgeGenderPrediction::scoresGender), baseline),
        group(only(predictions, AgeGenderPrediction::scoresGroup), baseline), years(only(predictions, AgeGenderPrediction::scoresYears), baseline),
        slices(predictions));
  }

  private static List<AgeGenderPrediction> only(List<AgeGenderPrediction> predictions, Predicate<AgeGenderPrediction> which) {
    return predictions.stream().filter(which).toList();
  }

  private static Gender gender(List<AgeGenderPrediction> scored, Baseline baseline) {
    if (scored.isEmpty()) {
      return null;
    }
    var confusion = new int[2][2];
    var histogram = new long[2][HISTOGRAM_BINS];
    var reliability = new Reliability.Builder();
    for (var p : scored) {
      double female = p.estimate().pFemale();
      confusion[p.gender()][p.estimate().gender()]++;
      histogram[p.gender()][(int) Math.clamp(female * HISTOGRAM_BINS, 0, HISTOGRAM_BINS - 1)]++;
      reliability.add(Math.max(female, 1 - female), p.genderRight());
    }
    double women = share(scored, p -> p.gender() == 1);
    double majority = Double.isNaN(baseline.femaleShare) ? Math.max(women, 1 - women) : baseline.femaleShare > 0.5 ? women : 1 - women;
    return new Gender(scored.size(), share(scored, AgeGenderPrediction::genderRight), majority, confusion, reliability.build(), histogram);
  }

  private static Group group(List<AgeGenderPrediction> scored, Baseline baseline) {
    if (scored.isEmpty()) {
      return null;
    }
    var groups = scored.getFirst().estimate().groups();
    var confusion = new int[groups.count()][groups.count()];
    var reliability = new Reliability.Builder();
    for (var p : scored) {
      confusion[p.trueGroup()][p.estimate().group()]++;
      reliability.add(p.estimate().groupProbabilities()[p.estimate().group()], p.groupsAway() == 0);
    }
    double constant = Double.isNaN(baseline.medianYears) ? Double.NaN : share(scored, p -> p.trueGroup() == groups.of(baseline.medianYears));
    return new Group(scored.size(), share(scored, p -> p.groupsAway() == 0), share(scored, p -> p.groupsAway() <= 1),
        mean(scored, AgeGenderPrediction::groupsAway), constant, confusion, reliability.build());
  }

  private static Years years(List<AgeGenderPrediction> scored, Baseline baseline) {
    return scored.isEmpty() ? null : new Years(scored.size(), mean(scored, p -> Math.abs(p.errorYears())), mean(scored, AgeGenderPrediction::errorYears),
        mean(scored, p -> Math.abs(baseline.medianYears - p.ageYears())));
  }

  private static List<Slice> slices(List<AgeGenderPrediction> predictions) {
    var found = new ArrayList<Slice>();
    for (int gender = 0; gender < 2; gender++) {
      int wanted = gender;
      add(found, "gender", gender == 0 ? "male" : "female", only(predictions, p -> p.gender() == wanted));
    }
    names(predictions, AgeGenderPrediction::race).forEach(race -> add(found, "race", race, only(predictions, p -> p.race().equals(race))));
    var groups = predictions.stream().map(p -> p.estimate().groups()).filter(g -> g != null).findFirst().orElse(AgeGroups.decade());
    for (int b = 0; b < groups.count(); b++) {
      int wanted = b;
      add(found, "age", groups.label(b), only(predictions, p -> !Double.isNaN(p.ageYears()) && groups.of(p.ageYears()) == wanted));
    }
    return List.copyOf(found);
  }

  private static Stream<String> names(List<AgeGenderPrediction> predictions, Function<AgeGenderPrediction, String> name) {
    return predictions.stream().map(name).filter(n -> !n.isEmpty()).distinct().sorted();
  }

  private static void add(List<Slice> slices, String kind, String name, List<AgeGenderPrediction> members) {
    if (!members.isEmpty()) {
      var byGroup = only(members, AgeGenderPrediction::scoresGroup);
      slices.add(new Slice(kind, name, members.size(), share(only(members, AgeGenderPrediction::scoresGender), AgeGenderPrediction::genderRight),
          share(byGroup, p -> p.groupsAway() == 0), share(byGroup, p -> p.groupsAway() <= 1), mean(byGroup, AgeGenderPrediction::groupsAway),
          mean(only(members, AgeGenderPrediction::scoresYears), p -> Math.abs(p.errorYears()))));
    }
  }

  private static double share(List<AgeGenderPrediction> predictions, Predicate<AgeGenderPrediction> holds) {
    return (double) predictions.stream().filter(holds).count() / predictions.size();
  }

  /** In list order, so that the same predictions give the same bits; NaN for an empty list. */
  private static double mean(List<AgeGenderPrediction> predictions, ToDoubleFunction<AgeGenderPrediction> value) {
    double sum = 0;
    for (var p : predictions) {
      sum += value.applyAsDouble(p);
    }
    return sum / predictions.size();
  }
}
