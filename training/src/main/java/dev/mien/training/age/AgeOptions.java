package dev.mien.training.age;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.loss.AgeLosses;
import dev.mien.training.command.Given;
import dev.mien.training.loop.CourseOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that override a preset, shared by the commands that train; null means not given. */
final class AgeOptions {
  @Option(names = "--data", paramLabel = "SPEC", description = "Data set: synthetic, synthetic:N, utkface:PATH, fgnet:PATH, "
      + "appareal:PATH, folder:PATH or csv:PATH; PATH is a folder or a .zip. Default: synthetic faces.")
  private String data;

  @Option(names = "--model", paramLabel = "NAME",
      description = "Network: resnet-tiny/mini/small, resnet18/34/50/101/152, vgg16. Default: the preset's.")
  private String model;

  @Option(names = "--loss", paramLabel = "NAME", description = "Loss: amr, amr-released, amr-kN, mean-variance, dldl, dldl-v2, "
      + "cross-entropy, l1, mean-softmax, variance-softmax, residue-softmax. Default: amr.")
  private String loss;

  @Mixin
  private CourseOptions course = new CourseOptions();

  @Option(names = "--size", paramLabel = "PX", description = "Side of the network's input in pixels.")
  private Integer sizePx;

  @Option(names = "--augment", paramLabel = "NAME", description = "Augmentation: flip, paper or strong.")
  private AgeSettings.Augment augment;

  @Option(names = "--max-broken", paramLabel = "N", description = "Unreadable pictures that are tolerated; default max(10, 1 %%).")
  private Integer maxBroken;

  /** The preset with what was given in place of its values. */
  AgeSettings over(AgeSettings p) {
    if (model != null && !Backbones.names().contains(model)) {
      throw new MienException("no model named '" + model + "'; there are " + String.join(", ", Backbones.names()));
    }
    if (loss != null) {
      AgeLosses.named(loss);
    }
    var c = course.over(p.course());
    return new AgeSettings(Given.or(data, p.data()), p.preset(), Given.or(model, p.model()), Given.or(loss, p.loss()), Given.or(sizePx, p.sizePx()),
        c.epochs(), c.batch(), c.accumulate(), c.seed(), c.recipe(), Given.or(augment, p.augment()), Given.or(maxBroken, p.maxBroken()));
  }

  /** Options that were given and would change the numbers of a run that is resumed. */
  List<String> givenBesideData() {
    var given = Given.names("--model", model, "--loss", loss);
    given.addAll(course.given());
    given.addAll(Given.names("--size", sizePx, "--augment", augment, "--max-broken", maxBroken));
    return given;
  }

  /** The data set as given, or null. */
  String data() {
    return data;
  }

  /** Arguments that make these settings from their preset. */
  static List<String> arguments(AgeSettings settings) {
    var arguments = new ArrayList<String>(List.of("train", "age", "--preset", settings.preset()));
    arguments.addAll(Given.beside(values(AgePresets.named(settings.preset())), values(settings)));
    return arguments;
  }

  private static Map<String, Object> values(AgeSettings s) {
    var values = new LinkedHashMap<String, Object>();
    values.put("--data", s.data());
    values.put("--model", s.model());
    values.put("--loss", s.loss());
    values.putAll(CourseOptions.values(s.course()));
    values.put("--size", s.sizePx());
    values.put("--augment", s.augment());
    values.put("--max-broken", s.maxBroken());
    return values;
  }
}
