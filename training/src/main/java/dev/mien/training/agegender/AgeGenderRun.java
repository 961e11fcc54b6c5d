package dev.mien.training.agegender;

import dev.mien.engine.tensor.Device;
import dev.mien.models.agegender.AgeGenderMembers;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.training.age.AgeData;
import dev.mien.training.command.Console;
import dev.mien.training.data.AgeBatch;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.Split;
import dev.mien.training.loop.StepMemory;
import dev.mien.training.loop.TrainingRun;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Trainings of age and gender. */
final class AgeGenderRun extends TrainingRun<AgeGenderSettings, AgeSource, AgeBatch, AgeGenderMembers, AgeGenderOutcome> {
  private static final Kind<AgeGenderOutcome> KIND = new Kind<>("age-gender", new StepMemory.Words("moving average of the weights",
      "take a smaller --batch or another --model, add --checkpointing"), AgeGenderOutcome.class);

  AgeGenderRun(Desk desk) {
    super(desk, KIND);
  }

  @Override
  protected AgeSource open(AgeGenderSettings settings) {
    return open(settings, console());
  }

  /** Opens the data set of the settings, with progress. */
  static AgeSource open(AgeGenderSettings settings, Console console) {
    return AgeData.open(settings.data(), settings.inputSide(), settings.maxBroken(), console);
  }

  @Override
  protected AgeGenderSettings settings(Map<String, Object> options) {
    return AgeGenderSettings.fromMap(options);
  }

  @Override
  protected AgeGenderTrainer task(AgeGenderSettings settings, AgeSource source, Device device, boolean recomputing) {
    var trainer = new AgeGenderTrainer(settings, source, device, recomputing);
    if (settings.loss().raceWeight() > 0 && !trainer.learnsRace()) {
      console().print("no race is known in " + settings.data() + ": none is learned beside");
    }
    return trainer;
  }

  @Override
  protected String words(AgeGenderSettings settings) {
    return settings.model() + ", tasks " + settings.heads().tasks().name().toLowerCase(Locale.ROOT);
  }

  @Override
  protected AgeGenderOutcome stopped(String folder, double seconds, double imagesPerSecond) {
    return new AgeGenderOutcome(folder, seconds, imagesPerSecond, true, null, null);
  }

  @Override
  protected AgeGenderOutcome finish(Trained<AgeGenderSettings, AgeSource> trained) {
    try (var predictor = AgeGenderPredictor.load(List.of(trained.run().path()), trained.device())) {
      var test = AgeGenderEvaluator.test(predictor.ensemble(), trained.data(), trained.data().indices(Split.TEST), console());
      var outcome = AgeGenderOutcome.of(trained.folder(), trained.seconds(), trained.imagesPerSecond(), "test", test);
      trained.run().write(RESULT, outcome);
      new AgeGenderReports(predictor, trained.data(), trained.device()).write(trained.run(), test, outcome);
      AgeGenderReports.print(console(), "test split", outcome);
      console().print("report: " + trained.run().file(AgeGenderReports.FILE));
      return outcome;
    }
  }
}
