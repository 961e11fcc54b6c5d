package dev.mien.training.loop;

import dev.mien.training.command.Given;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that override a preset's course, for every command that trains; null means not given. */
public final class CourseOptions {
  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the pictures to learn from.")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Pictures at once.")
  private Integer batch;

  @Option(names = "--accumulate", paramLabel = "N", description = "Batches a step, whose gradients are averaged.")
  private Integer accumulate;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of every random stream.")
  private Long seed;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "sgd or adamw.")
  private Recipe.Optimizer optimizer;

  @Option(names = "--learning-rate", paramLabel = "X", description = "Learning rate after the warm-up.")
  private Double learningRate;

  @Option(names = "--weight-decay", paramLabel = "X", description = "Weight decay.")
  private Double weightDecay;

  @Option(names = "--clip-norm", paramLabel = "X", description = "Largest norm of all gradients; 0 for no clipping.")
  private Double clipNorm;

  @Option(names = "--average", paramLabel = "D", description = "Decay of the moving average of the weights that is kept; 0 for none.")
  private Double averageDecay;

  /** The preset with what was given in place of its values. */
  public Course over(Course preset) {
    var r = preset.recipe();
    var recipe = new Recipe(Given.or(optimizer, r.optimizer()), Given.or(learningRate, r.learningRate()), Given.or(weightDecay, r.weightDecay()), r.schedule(),
        r.warmUpEpochs(), Given.or(clipNorm, r.clipNorm()), Given.or(averageDecay, r.averageDecay()));
    return new Course(Given.or(epochs, preset.epochs()), Given.or(batch, preset.batch()), Given.or(accumulate, preset.accumulate()),
        Given.or(seed, preset.seed()), recipe);
  }

  /** Names of the options that were given. */
  public List<String> given() {
    return Given.names("--epochs", epochs, "--batch", batch, "--accumulate", accumulate, "--seed", seed, "--optimizer", optimizer,
        "--learning-rate", learningRate, "--weight-decay", weightDecay, "--clip-norm", clipNorm, "--average", averageDecay);
  }

  /** The options that make this course, with their values. */
  public static Map<String, Object> values(Course course) {
    var r = course.recipe();
    var values = new LinkedHashMap<String, Object>();
    values.put("--epochs", course.epochs());
    values.put("--batch", course.batch());
    values.put("--accumulate", course.accumulate());
    values.put("--seed", course.seed());
    values.put("--optimizer", r.optimizer());
    values.put("--learning-rate", r.learningRate());
    values.put("--weight-decay", r.weightDecay());
    values.put("--clip-norm", r.clipNorm());
    values.put("--average", r.averageDecay());
    return values;
  }
}
