package dev.mien.training.agegender;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.agegender.AgeGenderPlan;
import dev.mien.models.agegender.AgeGroups;
import dev.mien.models.backbone.Backbones;
import dev.mien.training.age.AgeSettings.Augment;
import dev.mien.training.loop.Course;
import dev.mien.training.loop.Recipe;
import dev.mien.training.loop.RunSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides the numbers of a run, resolved: a preset with what the user overrode. Threads are not here, for the results do not
 * depend on them.
 *
 * @param data the data set as given, see {@link dev.mien.training.data.DataSpec}
 * @param preset name of the preset
 * @param model name of the trunk, see {@link Backbones#attributes}, or several between commas, which learn side by side and answer as one
 * @param heads what is told
 * @param loss how it is learned
 * @param epochs passes over what is learned from
 * @param batch pictures at once
 * @param accumulate batches a step, whose gradients are averaged
 * @param seed of every random stream
 * @param recipe optimiser, schedule and averaging
 * @param augment strength of the augmentation
 * @param maxBroken unreadable pictures that are tolerated; -1 for max(10, 1 %)
 */
public record AgeGenderSettings(String data, String preset, String model, Heads heads, Loss loss, int epochs, int batch, int accumulate, long seed,
                                Recipe recipe, Augment augment, int maxBroken)
    implements RunSettings<AgeGenderSettings> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Which tasks a network has. */
  public enum Tasks {
    JOINT, GENDER, AGE
  }

  /**
   * What is told.
   *
   * @param groups name of the age groups, see {@link AgeGroups}
   * @param years whether there is a head on single years too, from 0 to 100, which learns by the AMR loss
   * @param injection how the age branch sees the gender
   * @param hidden units of a hidden layer of the age branch, with dropout 0.5 behind them; 0 for none
   */
  public record Heads(Tasks tasks, String groups, boolean years, AgeGenderPlan.Injection injection, int hidden) {
    private static final double DROPOUT = 0.5;

    /** The same with other tasks and another injection. */
    Heads with(Tasks others, AgeGenderPlan.Injection how) {
      return new Heads(others, groups, years, how, hidden);
    }

    AgeGenderPlan plan() {
      if (tasks == Tasks.GENDER) {
        return AgeGenderPlan.genderOnly();
      }
      var named = AgeGroups.named(groups);
      var plan = tasks == Tasks.AGE ? AgeGenderPlan.ageOnly(named) : AgeGenderPlan.joint(named).injection(injection);
      return plan.ages(years ? AgeGenderPlan.YEARS : 0).hidden(hidden, hidden > 0 ? DROPOUT : 0);
    }
  }

  /**
   * How it is learned.
   *
   * @param beta of the mean absolute difference of the group
   * @param genderWeight of the gender's cross-entropy
   * @param yearsWeight of the loss on single years, whose AMR begins twenty times as large as the others
   * @param classWeights whether rare classes count more, by one over the root of their frequency
   * @param learnedWeights whether the weights of the tasks are learned
   * @param raceWeight of the cross-entropy of the race, which is learned beside, where the data tell it, and never told; 0 leaves it out
   */
  public record Loss(double beta, double genderWeight, double yearsWeight, boolean classWeights, boolean learnedWeights, double raceWeight) {}

  public AgeGenderSettings {
    requireOneSide(trunks(model));
    heads.plan();
    for (double weight : new double[] {loss.beta, loss.genderWeight, loss.yearsWeight, loss.raceWeight}) {
      if (!(weight >= 0 && weight < 1e6)) {
        throw new MienException("--beta, --gender-weight, --years-weight and --race-weight must be 0 or more, got " + weight);
      }
    }
    course(epochs, batch, accumulate, seed, recipe);
  }

  private static void requireOneSide(List<String> trunks) {
    int first = side(trunks.getFirst());
    for (var trunk : trunks) {
      if (side(trunk) != first) {
        throw new MienException("--model: " + trunks.getFirst() + " looks at pictures of " + first + " pixels and " + trunk + " at " + side(trunk)
            + "; networks that learn side by side need one size. Train each by itself, and join them: mien eval age-gender --weights RUN1,RUN2");
      }
    }
  }

  private static int side(String trunk) {
    return Backbones.attributes(trunk, Rng.seed(0)).inputSide();
  }

  private static List<String> trunks(String model) {
    return Arrays.stream(model.split(",", -1)).map(String::strip).toList();
  }

  /** Names of the trunks, at least one. */
  List<String> trunks() {
    return trunks(model);
  }

  /** Side of the square pictures that the trunks look at, pixels. */
  int inputSide() {
    return side(trunks().getFirst());
  }

  private static Course course(int epochs, int batch, int accumulate, long seed, Recipe recipe) {
    return new Course(epochs, batch, accumulate, seed, recipe);
  }

  /** How long it goes, in which steps and by which rule. */
  @Override
  public Course course() {
    return course(epochs, batch, accumulate, seed, recipe);
  }

  /** The same numbers from another place of the data. */
  @Override
  public AgeGenderSettings withData(String place) {
    return new AgeGenderSettings(place, preset, model, heads, loss, epochs, batch, accumulate, seed, recipe, augment, maxBroken);
  }

  /** The same with another trunk, other heads and another seed. */
  public AgeGenderSettings with(String trunk, Heads others, long otherSeed) {
    return new AgeGenderSettings(data, preset, trunk, others, loss, epochs, batch, accumulate, otherSeed, recipe, augment, maxBroken);
  }

  /** As it stands in {@code run.json}. */
  @Override
  public Map<String, Object> toMap() {
    return JSON.convertValue(this, new TypeReference<Map<String, Object>>() { });
  }

  /**
   * Reads what {@link #toMap} wrote.
   *
   * @throws FormatException when an entry is missing or no such value
   */
  public static AgeGenderSettings fromMap(Map<String, Object> map) {
    try {
      return JSON.convertValue(map, AgeGenderSettings.class);
    } catch (IllegalArgumentException e) {
      throw new FormatException("the run's options cannot be read: " + e.getMessage(), e);
    }
  }
}
