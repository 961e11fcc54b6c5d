package dev.mien.training.age;

import dev.mien.engine.nn.Module;
import dev.mien.engine.tensor.Device;
import dev.mien.models.age.AgeModel;
import dev.mien.models.age.AgePredictor;
import dev.mien.training.command.Console;
import dev.mien.training.data.AgeBatch;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.Split;
import dev.mien.training.loop.StepMemory;
import dev.mien.training.loop.TrainingRun;
import dev.mien.training.metrics.AgeMetrics;
import java.util.Locale;
import java.util.Map;

/** Trainings of age. */
final class AgeRun extends TrainingRun<AgeSettings, AgeSource, AgeBatch, Module, AgeOutcome> {
  private static final Kind<AgeOutcome> KIND = new Kind<>("age", new StepMemory.Words("moving average of the weights",
      "take a smaller --batch or --size, add --checkpointing"), AgeOutcome.class);

  AgeRun(Desk desk) {
    super(desk, KIND);
  }

  @Override
  protected AgeSource open(AgeSettings settings) {
    return open(settings, console());
  }

  /** Opens the data set of the settings, with progress. */
  static AgeSource open(AgeSettings settings, Console console) {
    return AgeData.open(settings.data(), settings.sizePx(), settings.maxBroken(), console);
  }

  @Override
  protected AgeSettings settings(Map<String, Object> options) {
    return AgeSettings.fromMap(options);
  }

  @Override
  protected AgeTrainer task(AgeSettings settings, AgeSource source, Device device, boolean recomputing) {
    return new AgeTrainer(settings, source, device, recomputing);
  }

  @Override
  protected String words(AgeSettings settings) {
    return settings.model() + ", loss " + settings.loss() + ", " + settings.sizePx() + " px";
  }

  @Override
  protected AgeOutcome stopped(String folder, double seconds, double imagesPerSecond) {
    return new AgeOutcome(folder, seconds, imagesPerSecond, true, null);
  }

  @Override
  protected AgeOutcome finish(Trained<AgeSettings, AgeSource> trained) {
    var model = AgeTransforms.model(trained.settings(), trained.data());
    try (var predictor = AgePredictor.load(trained.run().file(AgeModel.FILE_NAME), trained.device())) {
      var test = AgeDataset.of(trained.data(), Split.TEST, AgeTransforms.evaluation(model.contract()), trained.settings().sizePx(),
          AgeSettings.LAST_CLASS);
      var predictions = AgeEvaluator.predict(trained.device(), predictor.net(), test, n -> { });
      var metrics = AgeMetrics.of(predictions, model.medianAgeYears());
      var outcome = new AgeOutcome(trained.folder(), trained.seconds(), trained.imagesPerSecond(), null,
          AgeOutcome.Test.of("test", metrics, trained.data().irreducibleMae()));
      trained.run().write(RESULT, outcome);
      AgeReports.write(trained.run(), trained.data(), predictions, metrics, outcome);
      AgeReports.print(console(), outcome, trained.run().file("report.html"));
      return outcome;
    }
  }

  /** Two decimals, in the root locale. */
  static String years(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
