package dev.mien.training.face;

import dev.mien.engine.random.Rng;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.head.FaceHeads;
import dev.mien.training.facedata.FaceSpec;
import java.util.ArrayList;
import java.util.List;
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

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the pictures.")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Pictures at once.")
  private Integer batch;

  @Option(names = "--accumulate", paramLabel = "N", description = "Batches a step, whose gradients are averaged.")
  private Integer accumulate;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of every random stream.")
  private Long seed;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "sgd or adamw.")
  private FaceSettings.Optimizer optimizer;

  @Option(names = "--learning-rate", paramLabel = "X", description = "Learning rate after the warm-up.")
  private Double learningRate;

  @Option(names = "--weight-decay", paramLabel = "X", description = "Weight decay, of everything but batch norm.")
  private Double weightDecay;

  @Option(names = "--clip-norm", paramLabel = "X", description = "Largest norm of all gradients; 0 for no clipping.")
  private Double clipNorm;

  @Option(names = "--average", paramLabel = "D", description = "Decay of the moving average of the weights that is kept; 0 for none.")
  private Double averageDecay;

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
    var r = p.recipe();
    var h = p.head();
    var recipe = new FaceSettings.Recipe(or(optimizer, r.optimizer()), or(learningRate, r.learningRate()), or(weightDecay, r.weightDecay()),
        r.schedule(), r.warmUpEpochs(), or(clipNorm, r.clipNorm()), or(averageDecay, r.averageDecay()));
    var chosen = new FaceSettings.Head(or(head, h.name()), or(scale, h.scale()), or(margin, h.margin()), h.initFromFirstBatch(),
        or(sample, h.sample()));
    return new FaceSettings(or(data, p.data()), p.preset(), or(model, p.model()), chosen, or(epochs, p.epochs()), or(batch, p.batch()),
        or(accumulate, p.accumulate()), or(seed, p.seed()), recipe, or(augment, p.augment()));
  }

  /** Refuses a name that is no head's. */
  static void requireHead(String name) {
    FaceHeads.named(name, 2, 2, new FaceHeads.Choice(1, Double.NaN, false), Rng.seed(0));
  }

  /** Options that were given and would change the numbers of a run that is resumed. */
  List<String> givenBesideData() {
    var given = new ArrayList<String>();
    Object[][] all = {{"--model", model}, {"--head", head}, {"--scale", scale}, {"--margin", margin}, {"--sample", sample}, {"--epochs", epochs},
        {"--batch", batch}, {"--accumulate", accumulate}, {"--seed", seed}, {"--optimizer", optimizer}, {"--learning-rate", learningRate},
        {"--weight-decay", weightDecay}, {"--clip-norm", clipNorm}, {"--average", averageDecay}, {"--augment", augment}};
    for (Object[] option : all) {
      if (option[1] != null) {
        given.add((String) option[0]);
      }
    }
    return given;
  }

  /** The data set as given, or null. */
  String data() {
    return data;
  }

  private static <T> T or(T given, T preset) {
    return given == null ? preset : given;
  }
}
