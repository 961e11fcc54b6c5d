package dev.mien.training.age;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.loop.Course;
import dev.mien.training.loop.Recipe;
import dev.mien.training.loop.RunSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides the numbers of a run, resolved: a preset with what the user overrode. Threads are not here, for the results do
 * not depend on them.
 *
 * @param data the data set as given, see {@link dev.mien.training.data.DataSpec}
 * @param preset name of the preset
 * @param model name of the network, see {@link dev.mien.models.backbone.Backbones}
 * @param loss name of the loss, see {@link dev.mien.models.loss.AgeLosses}
 * @param sizePx side of the square input
 * @param epochs passes over the training split
 * @param batch pictures at once
 * @param accumulate batches a step: gradients are averaged over them
 * @param seed of every random stream
 * @param recipe optimiser, schedule and averaging
 * @param augment strength of the augmentation
 * @param maxBroken unreadable pictures that are tolerated; -1 for max(10, 1 %)
 */
public record AgeSettings(String data, String preset, String model, String loss, int sizePx, int epochs, int batch, int accumulate,
                          long seed, Recipe recipe, Augment augment, int maxBroken)
    implements RunSettings<AgeSettings> {
  /** Ages 0..100. */
  public static final int LAST_CLASS = 100;

  /** How strongly training pictures are changed. */
  public enum Augment {
    /** Flip only. */
    FLIP,
    /** Flip, rotation 10 degrees, shear 16 degrees, colour jitter 0.1, a random crop of 227/256 (the paper's CLAP recipe). */
    PAPER,
    /** Flip, rotation 8 degrees, shift 4 %, scale 0.92-1.1, colour jitter 0.2, an erased rectangle: for small sets from scratch. */
    STRONG
  }

  public AgeSettings {
    require(sizePx >= 16 && sizePx <= 1024, "--size must lie in 16..1024 pixels, got " + sizePx);
    new Course(epochs, batch, accumulate, seed, recipe);
    require(maxBroken >= -1, "--max-broken must be 0 or more, got " + maxBroken);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new MienException(message);
    }
  }

  /** How long it goes, in which steps and by which rule. */
  @Override
  public Course course() {
    return new Course(epochs, batch, accumulate, seed, recipe);
  }

  /** The same numbers from another place of the data. */
  @Override
  public AgeSettings withData(String place) {
    return new AgeSettings(place, preset, model, loss, sizePx, epochs, batch, accumulate, seed, recipe, augment, maxBroken);
  }

  /** The same with another loss and seed. */
  public AgeSettings withLoss(String name, long otherSeed) {
    return new AgeSettings(data, preset, model, name, sizePx, epochs, batch, accumulate, otherSeed, recipe, augment, maxBroken);
  }

  /** As it stands in {@code run.json}. */
  @Override
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("data", data);
    map.put("preset", preset);
    map.put("model", model);
    map.put("loss", loss);
    map.put("size", sizePx);
    map.put("epochs", epochs);
    map.put("batch", batch);
    if (accumulate > 1) {
      map.put("accumulate", accumulate); // runs of before had one batch a step and no such entry
    }
    map.put("seed", seed);
    map.put("optimizer", recipe.optimizer().name());
    map.put("learningRate", recipe.learningRate());
    map.put("weightDecay", recipe.weightDecay());
    map.put("schedule", recipe.schedule().name());
    map.put("warmUpEpochs", recipe.warmUpEpochs());
    map.put("clipNorm", recipe.clipNorm());
    map.put("averageDecay", recipe.averageDecay());
    map.put("augment", augment.name());
    map.put("maxBroken", maxBroken);
    return map;
  }

  /**
   * Reads what {@link #toMap} wrote.
   *
   * @throws FormatException when an entry is missing or no such value
   */
  public static AgeSettings fromMap(Map<String, Object> map) {
    try {
      var recipe = new Recipe(Recipe.Optimizer.valueOf(text(map, "optimizer")), number(map, "learningRate").doubleValue(),
          number(map, "weightDecay").doubleValue(), Recipe.Schedule.valueOf(text(map, "schedule")),
          number(map, "warmUpEpochs").doubleValue(), number(map, "clipNorm").doubleValue(),
          number(map, "averageDecay").doubleValue());
      return new AgeSettings(text(map, "data"), text(map, "preset"), text(map, "model"), text(map, "loss"),
          number(map, "size").intValue(), number(map, "epochs").intValue(), number(map, "batch").intValue(),
          map.containsKey("accumulate") ? number(map, "accumulate").intValue() : 1, number(map, "seed").longValue(), recipe,
          Augment.valueOf(text(map, "augment")), number(map, "maxBroken").intValue());
    } catch (IllegalArgumentException e) {
      throw new FormatException("the run's options cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Map<String, Object> map, String key) {
    if (map.get(key) instanceof String s) {
      return s;
    }
    throw new IllegalArgumentException("'" + key + "' is " + map.get(key) + ", expected text");
  }

  private static Number number(Map<String, Object> map, String key) {
    if (map.get(key) instanceof Number n) {
      return n;
    }
    throw new IllegalArgumentException("'" + key + "' is " + map.get(key) + ", expected a number");
  }
}
