package dev.mien.training.agegender;

import dev.mien.models.agegender.AgeGenderPlan.Injection;
import dev.mien.models.agegender.AgeGroups;
import dev.mien.training.age.AgeSettings.Augment;
import dev.mien.training.agegender.AgeGenderSettings.Heads;
import dev.mien.training.agegender.AgeGenderSettings.Loss;
import dev.mien.training.agegender.AgeGenderSettings.Tasks;
import dev.mien.training.command.Given;
import dev.mien.training.loop.CourseOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that override a preset, shared by the commands that train; null means not given. */
final class AgeGenderOptions {
  @Option(names = "--data", paramLabel = "SPEC", description = "Data set: synthetic, synthetic:N, utkface:PATH, appareal:PATH, folder:PATH or csv:PATH; "
      + "PATH is a folder or a .zip. Faces without a known gender teach the age alone. Default: synthetic faces.")
  private String data;

  @Option(names = "--model", paramLabel = "NAME", description = "Trunk: attention-tiny/small, attention56/92, vit-tiny, resnet-tiny/mini/small, resnet18/50; "
      + "several of one input size between commas learn side by side and answer as one. Default: the preset's.")
  private String model;

  @Option(names = "--tasks", paramLabel = "NAME", description = "joint, gender or age. Default: joint.")
  private Tasks tasks;

  @Option(names = "--injection", paramLabel = "NAME", description = "How the age branch sees the predicted gender: gradient, detached or off. Default: "
      + "gradient.")
  private Injection injection;

  @Option(names = "--groups", paramLabel = "NAME", description = "Age groups: decade or coarse. Default: decade.")
  private String groups;

  @Option(names = "--years", paramLabel = "BOOL", arity = "1", description = "Whether single years are told too, by a distribution with the AMR loss. "
      + "Default: true.")
  private Boolean years;

  @Option(names = "--hidden", paramLabel = "N", description = "Units of a hidden layer of the age branch; 0 for none.")
  private Integer hidden;

  @Option(names = "--beta", paramLabel = "X", description = "Weight of the mean absolute difference of the age group.")
  private Double beta;

  @Option(names = "--gender-weight", paramLabel = "X", description = "Weight of the gender's cross-entropy.")
  private Double genderWeight;

  @Option(names = "--years-weight", paramLabel = "X", description = "Weight of the loss on single years.")
  private Double yearsWeight;

  @Option(names = "--class-weights", paramLabel = "BOOL", arity = "1", description = "Whether rare classes count more.")
  private Boolean classWeights;

  @Option(names = "--learned-weights", paramLabel = "BOOL", arity = "1", description = "Whether the weights of the tasks are learned.")
  private Boolean learnedWeights;

  @Option(names = "--race-weight", paramLabel = "X", description = "Weight of the race, learned beside the tasks where the data tell it (utkface:), and "
      + "never told; 0 leaves it out.")
  private Double raceWeight;

  @Mixin
  private CourseOptions course = new CourseOptions();

  @Option(names = "--augment", paramLabel = "NAME", description = "Augmentation: flip, paper or strong.")
  private Augment augment;

  @Option(names = "--max-broken", paramLabel = "N", description = "Unreadable pictures that are tolerated; default max(10, 1 %%).")
  private Integer maxBroken;

  /** The preset with what was given in place of its values. */
  AgeGenderSettings over(AgeGenderSettings p) {
    if (groups != null) {
      AgeGroups.named(groups);
    }
    var h = p.heads();
    var l = p.loss();
    var heads = new Heads(Given.or(tasks, h.tasks()), Given.or(groups, h.groups()), Given.or(years, h.years()), Given.or(injection, h.injection()),
        Given.or(hidden, h.hidden()));
    var loss = new Loss(Given.or(beta, l.beta()), Given.or(genderWeight, l.genderWeight()), Given.or(yearsWeight, l.yearsWeight()),
        Given.or(classWeights, l.classWeights()), Given.or(learnedWeights, l.learnedWeights()), Given.or(raceWeight, l.raceWeight()));
    var c = course.over(p.course());
    return new AgeGenderSettings(Given.or(data, p.data()), p.preset(), Given.or(model, p.model()), heads, loss, c.epochs(), c.batch(), c.accumulate(),
        c.seed(), c.recipe(), Given.or(augment, p.augment()), Given.or(maxBroken, p.maxBroken()));
  }

  /** Options that were given and would change the numbers of a run that is resumed. */
  List<String> givenBesideData() {
    var given = Given.names("--model", model, "--tasks", tasks, "--injection", injection, "--groups", groups, "--years", years, "--hidden", hidden,
        "--beta", beta, "--gender-weight", genderWeight, "--years-weight", yearsWeight, "--class-weights", classWeights, "--learned-weights", learnedWeights,
        "--race-weight", raceWeight);
    given.addAll(course.given());
    given.addAll(Given.names("--augment", augment, "--max-broken", maxBroken));
    return given;
  }

  /** The data set as given, or null. */
  String data() {
    return data;
  }

  /** Arguments that make these settings from their preset. */
  static List<String> arguments(AgeGenderSettings settings) {
    var arguments = new ArrayList<String>(List.of("train", "age-gender", "--preset", settings.preset()));
    arguments.addAll(Given.beside(values(AgeGenderPresets.named(settings.preset())), values(settings)));
    return arguments;
  }

  private static Map<String, Object> values(AgeGenderSettings s) {
    var values = new LinkedHashMap<String, Object>();
    var h = s.heads();
    var l = s.loss();
    values.put("--data", s.data());
    values.put("--model", s.model());
    values.put("--tasks", h.tasks());
    values.put("--injection", h.injection());
    values.put("--groups", h.groups());
    values.put("--years", h.years());
    values.put("--hidden", h.hidden());
    values.put("--beta", l.beta());
    values.put("--gender-weight", l.genderWeight());
    values.put("--years-weight", l.yearsWeight());
    values.put("--class-weights", l.classWeights());
    values.put("--learned-weights", l.learnedWeights());
    values.put("--race-weight", l.raceWeight());
    values.putAll(CourseOptions.values(s.course()));
    values.put("--augment", s.augment());
    values.put("--max-broken", s.maxBroken());
    return values;
  }
}
