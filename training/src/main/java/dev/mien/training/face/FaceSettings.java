package dev.mien.training.face;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.loop.Course;
import dev.mien.training.loop.Recipe;
import dev.mien.training.loop.RunSettings;
import java.util.Map;

/**
 * Everything that decides the numbers of a run, resolved: a preset with what the user overrode. Threads are not here, for the results do not
 * depend on them.
 *
 * @param data the data set as given, see {@link dev.mien.training.facedata.FaceSpec}
 * @param preset name of the preset
 * @param model an embedder's name of {@link dev.mien.models.backbone.Backbones}
 * @param head how identities are told apart in training
 * @param epochs passes over the pictures
 * @param batch pictures at once
 * @param accumulate batches a step: gradients are averaged over them
 * @param seed of every random stream
 * @param recipe optimiser, schedule and averaging
 * @param augment how training pictures are changed
 */
public record FaceSettings(String data, String preset, String model, Head head, int epochs, int batch, int accumulate, long seed, Recipe recipe,
                           Augment augment)
    implements RunSettings<FaceSettings> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How training pictures are changed. */
  public enum Augment {
    /** Flip only. */
    FLIP,
    /** The paper's three, each with probability 0.2, and flip. */
    ADAFACE,
    /** Also rotation, shift and scale, jitter and an erased rectangle: for small sets from scratch. */
    STRONG
  }

  /**
   * @param name of the head, see {@link dev.mien.models.head.FaceHeads}
   * @param scale s of its logits
   * @param margin m; 0 for the head's own
   * @param initFromFirstBatch whether AdaFace's averages begin with the first batch's
   * @param sample identities a step sees (Partial FC); 0 for all
   */
  public record Head(String name, double scale, double margin, boolean initFromFirstBatch, int sample) {}

  public FaceSettings {
    new Course(epochs, batch, accumulate, seed, recipe);
    require(head.scale > 0 && head.scale <= 1000, "--scale must lie above 0 and up to 1000, got " + head.scale);
    require(head.margin >= 0 && head.margin < 1.5, "--margin must lie in 0..1.5, got " + head.margin);
    require(head.sample == 0 || head.sample >= 2, "--sample must be 2 or more, or 0 for all identities, got " + head.sample);
    require(head.sample == 0 || recipe.clipNorm() == 0 && accumulate == 1,
        "--sample goes with neither clipping nor --accumulate: give --clip-norm 0 and --accumulate 1");
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
  public FaceSettings withData(String place) {
    return new FaceSettings(place, preset, model, head, epochs, batch, accumulate, seed, recipe, augment);
  }

  /** The same with another head of this scale, its own margin, and another seed. */
  public FaceSettings withHead(String name, long otherSeed) {
    return new FaceSettings(data, preset, model, new Head(name, head.scale, 0, head.initFromFirstBatch, head.sample), epochs, batch, accumulate,
        otherSeed, recipe, augment);
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
  public static FaceSettings fromMap(Map<String, Object> map) {
    try {
      return JSON.convertValue(map, FaceSettings.class);
    } catch (IllegalArgumentException e) {
      throw new FormatException("the run's options cannot be read: " + e.getMessage(), e);
    }
  }
}
