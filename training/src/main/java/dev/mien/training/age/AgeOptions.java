package dev.mien.training.age;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.loss.AgeLosses;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that override a preset, shared by the commands that train; null means not given. */
final class AgeOptions {
  @Option(names = "--data", paramLabel = "SPEC", description = "Data set: synthetic, synthetic:N, utkface:PATH, fgnet:PATH, "
      + "appareal:PATH, folder:PATH or csv:PATH; PATH is a folder or a .zip. Default: synthetic faces.")
  private String data;

  @Option(names = "--model", paramLabel = "NAME",
      description = "Network: resnet-tiny, resnet-small, resnet18/34/50/101/152, vgg16. Default: the preset's.")
  private String model;

  @Option(names = "--loss", paramLabel = "NAME", description = "Loss: amr, amr-released, amr-kN, mean-variance, dldl, dldl-v2, "
      + "cross-entropy, l1, mean-softmax, variance-softmax, residue-softmax. Default: amr.")
  private String loss;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training split.")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Pictures a step.")
  private Integer batch;

  @Option(names = "--size", paramLabel = "PX", description = "Side of the network's input in pixels.")
  private Integer sizePx;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of every random stream.")
  private Long seed;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "sgd or adamw.")
  private AgeSettings.Optimizer optimizer;

  @Option(names = "--learning-rate", paramLabel = "X", description = "Learning rate after the warm-up.")
  private Double learningRate;

  @Option(names = "--weight-decay", paramLabel = "X", description = "Weight decay.")
  private Double weightDecay;

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
    var r = p.recipe();
    var recipe = new AgeSettings.Recipe(or(optimizer, r.optimizer()), or(learningRate, r.learningRate()),
        or(weightDecay, r.weightDecay()), r.schedule(), r.warmUpEpochs(), r.clipNorm(), r.averageDecay());
    return new AgeSettings(or(data, p.data()), p.preset(), or(model, p.model()), or(loss, p.loss()), or(sizePx, p.sizePx()),
        or(epochs, p.epochs()), or(batch, p.batch()), or(seed, p.seed()), recipe, or(augment, p.augment()),
        or(maxBroken, p.maxBroken()));
  }

  /** Options that were given and would change the numbers of a run that is resumed. */
  List<String> givenBesideData() {
    var given = new ArrayList<String>();
    note(given, "--model", model);
    note(given, "--loss", loss);
    note(given, "--epochs", epochs);
    note(given, "--batch", batch);
    note(given, "--size", sizePx);
    note(given, "--seed", seed);
    note(given, "--optimizer", optimizer);
    note(given, "--learning-rate", learningRate);
    note(given, "--weight-decay", weightDecay);
    note(given, "--augment", augment);
    note(given, "--max-broken", maxBroken);
    return given;
  }

  /** The data set as given, or null. */
  String data() {
    return data;
  }

  private static void note(List<String> given, String name, Object value) {
    if (value != null) {
      given.add(name);
    }
  }

  private static <T> T or(T given, T preset) {
    return given == null ? preset : given;
  }
}
