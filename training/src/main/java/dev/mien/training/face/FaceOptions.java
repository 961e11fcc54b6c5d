package dev.mien.training.face;

import dev.mien.engine.random.Rng;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.head.FaceHeads;
import dev.mien.training.command.Given;
import dev.mien.training.facedata.FaceSpec;
import dev.mien.training.loop.CourseOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that override a preset, shared by the commands that train; null means not given. */
final class FaceOptions {
  @Option(names = "--data", paramLabel = "SPEC", description = "Data set: " + FaceSpec.FORMS + "; PATH is a folder or a .zip. To learn "
      + "from: synthetic, lfw, folder (a directory for each person), records. Default: drawn people.")
  private String data;

  @Option(names = "--model", paramLabel = "NAME", description = "Network: ir-tiny, ir-small, ir18/34/50/101, ir-se18/34/50/101, mobilefacenet. "
      + "Default: the preset's.")
  private String model;

  @Option(names = "--head", paramLabel = "NAME", description = "adaface, arcface, cosface, curricularface, magface, normalized-softmax or softmax. "
      + "Default: adaface.")
  private String head;

  @Option(names = "--scale", paramLabel = "S", description = "Scale of the head's logits.")
  private Double scale;

  @Option(names = "--margin", paramLabel = "M", description = "Margin; 0 for the head's own.")
  private Double margin;

  @Option(names = "--sample", paramLabel = "N", description = "Identities that a step sees (Partial FC), for very many; 0 for all.")
  private Integer sample;

  @Mixin
  private CourseOptions course = new CourseOptions();

  @Option(names = "--augment", paramLabel = "NAME", description = "Augmentation: flip, adaface or strong.")
  private FaceSettings.Augment augment;

  /** The preset with what was given. */
  FaceSettings over(FaceSettings p) {
    if (model != null) {
      Backbones.embedder(model, Rng.seed(0));
    }
    if (head != null) {
      requireHead(head);
    }
    var h = p.head();
    var chosen = new FaceSettings.Head(Given.or(head, h.name()), Given.or(scale, h.scale()), Given.or(margin, h.margin()), h.initFromFirstBatch(),
        Given.or(sample, h.sample()));
    var c = course.over(p.course());
    return new FaceSettings(Given.or(data, p.data()), p.preset(), Given.or(model, p.model()), chosen, c.epochs(), c.batch(), c.accumulate(), c.seed(),
        c.recipe(), Given.or(augment, p.augment()));
  }

  /** Refuses a name that is no head's. */
  static void requireHead(String name) {
    FaceHeads.named(name, 2, 2, new FaceHeads.Choice(1, Double.NaN, false), Rng.seed(0));
  }

  /** Options that were given and would change the numbers of a run that is resumed. */
  List<String> givenBesideData() {
    var given = Given.names("--model", model, "--head", head, "--scale", scale, "--margin", margin, "--sample", sample);
    given.addAll(course.given());
    given.addAll(Given.names("--augment", augment));
    return given;
  }

  /** The data set as given, or null. */
  String data() {
    return data;
  }

  /** Arguments that make these settings from their preset. */
  static List<String> arguments(FaceSettings settings) {
    var arguments = new ArrayList<String>(List.of("train", "face", "--preset", settings.preset()));
    arguments.addAll(Given.beside(values(FacePresets.named(settings.preset())), values(settings)));
    return arguments;
  }

  private static Map<String, Object> values(FaceSettings s) {
    var values = new LinkedHashMap<String, Object>();
    values.put("--data", s.data());
    values.put("--model", s.model());
    values.put("--head", s.head().name());
    values.put("--scale", s.head().scale());
    values.put("--margin", s.head().margin());
    values.put("--sample", s.head().sample());
    values.putAll(CourseOptions.values(s.course()));
    values.put("--augment", s.augment());
    return values;
  }
}
