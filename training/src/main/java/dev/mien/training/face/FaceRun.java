package dev.mien.training.face;

import dev.mien.engine.tensor.Device;
import dev.mien.models.backbone.FaceNet;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.training.command.Console;
import dev.mien.training.command.OpeningProgress;
import dev.mien.training.facedata.FaceBatch;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.facedata.FaceSpec;
import dev.mien.training.facedata.PairSet;
import dev.mien.training.loop.StepMemory;
import dev.mien.training.loop.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Trainings of face recognition. */
final class FaceRun extends TrainingRun<FaceSettings, FaceSource, FaceBatch, FaceNet, FaceOutcome> {
  private static final Kind<FaceOutcome> KIND = new Kind<>("face", new StepMemory.Words("moving average, sampled identities",
      "take a smaller --batch (and --accumulate several), add --checkpointing"), FaceOutcome.class);

  FaceRun(Desk desk) {
    super(desk, KIND);
  }

  @Override
  protected FaceSource open(FaceSettings settings) {
    return open(settings.data(), console());
  }

  @Override
  protected FaceSettings settings(Map<String, Object> options) {
    return FaceSettings.fromMap(options);
  }

  @Override
  protected FaceTrainer task(FaceSettings settings, FaceSource source, Device device, boolean recomputing) {
    return new FaceTrainer(settings, source, device, recomputing);
  }

  @Override
  protected String words(FaceSettings settings) {
    return settings.model() + ", head " + settings.head().name();
  }

  @Override
  protected FaceOutcome stopped(String folder, double seconds, double imagesPerSecond) {
    return new FaceOutcome(folder, seconds, imagesPerSecond, true, null);
  }

  @Override
  protected FaceOutcome finish(Trained<FaceSettings, FaceSource> trained) {
    try (var embedder = FaceEmbedder.load(trained.run().path(), trained.device())) {
      var scored = score(embedder, trained.data().test(), console());
      var outcome = new FaceOutcome(trained.folder(), trained.seconds(), trained.imagesPerSecond(), null, FaceOutcome.Test.of(scored));
      trained.run().write(RESULT, outcome);
      print(console(), outcome);
      var measured = FaceReports.measure(scored, embedder.model().contract());
      FaceReports.write(trained.run(), trained.data(), measured, outcome);
      FaceReports.print(console(), measured, trained.run().file(FaceReports.FILE));
      return outcome;
    }
  }

  /** Scores sets of pairs, with progress. */
  static List<FaceEvaluator.Scored> score(FaceEmbedder embedder, List<PairSet> sets, Console console) {
    var scored = new ArrayList<FaceEvaluator.Scored>();
    for (var set : sets) {
      try (var progress = console.progress("verify " + set.name(), set.images().size(), "images", 0)) {
        scored.add(FaceEvaluator.score(embedder, set, n -> progress.step(n, "")));
      }
    }
    return scored;
  }

  static void print(Console console, FaceOutcome outcome) {
    if (outcome.test() == null) {
      console.print("the data keep no pairs for a test: nothing was scored");
      return;
    }
    line(console, outcome.test().sets() == null ? "pairs" : "all pairs", outcome.test());
    if (outcome.test().sets() != null) {
      outcome.test().sets().forEach((name, test) -> line(console, name, test));
    }
  }

  private static void line(Console console, String name, FaceOutcome.Test t) {
    var rates = new StringBuilder();
    t.tarAtFar().forEach((far, tar) -> rates.append(String.format(Locale.ROOT, ", %.1f %% accepted at %s", 100 * tar, far)));
    String accuracy = t.accuracy() == null ? String.format(Locale.ROOT, "equal error rate %.2f %%", 100 * t.equalErrorRate())
        : String.format(Locale.ROOT, "accuracy %.2f %% +- %.2f over folds, threshold %.2f (cosine %.3f)", 100 * t.accuracy(), 100 * t.accuracyStd(),
            t.threshold(), 1 - t.threshold() / 2);
    console.printf("%s (%d%s): %s%s", name, t.pairs(), t.missing() == null ? "" : ", " + t.missing() + " left out", accuracy, rates);
  }

  /** Opens a data set, with progress. */
  static FaceSource open(String data, Console console) {
    return open(FaceSpec.parse(data), console);
  }

  static FaceSource open(FaceSpec spec, Console console) {
    FaceSource source;
    try (var progress = new OpeningProgress(console)) {
      source = spec.open(progress::update);
    }
    console.note(source.describe());
    source.findings().forEach(console::note);
    return source;
  }
}
