package dev.mien.training.agegender;

import dev.mien.models.agegender.AgeGenderEnsemble;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.Console;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.EachOnce;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.data.UtkFace;
import dev.mien.training.metrics.AgeGenderMetrics;
import dev.mien.training.metrics.AgeGenderPrediction;
import dev.mien.training.report.AgeGenderReportData;
import dev.mien.training.report.AgeGenderReportData.Rival;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Predicts and scores samples, in the order in which they are given. */
final class AgeGenderEvaluator {
  private static final int BATCH = 64;

  private AgeGenderEvaluator() {}

  /** @param seen told how many pictures were done, after each batch */
  static List<AgeGenderPrediction> predict(AgeGenderEnsemble ensemble, AgeSource source, int[] samples, IntConsumer seen) {
    var predictions = new ArrayList<AgeGenderPrediction>(samples.length);
    for (int from = 0; from < samples.length; from += BATCH) {
      int[] batch = Arrays.copyOfRange(samples, from, Math.min(samples.length, from + BATCH));
      var pictures = new RgbImage[batch.length];
      EachOnce.run("reading faces", batch.length, OpenOptions.defaults().threads(), (done, count) -> { }, i -> pictures[i] = source.read(batch[i]));
      var estimates = ensemble.estimate(List.of(pictures));
      for (int i = 0; i < batch.length; i++) {
        var sample = source.samples().get(batch[i]);
        predictions.add(new AgeGenderPrediction(sample.id(), sample.ageYears(), sample.gender(), UtkFace.race(sample.id()), estimates.get(i)));
      }
      seen.accept(batch.length);
    }
    return predictions;
  }

  /** Scored as one, and each member of an ensemble for itself; with progress. */
  static AgeGenderReportData.Test test(AgeGenderEnsemble ensemble, AgeSource source, int[] samples, Console console) {
    var predictions = predict(ensemble, source, samples, console, "eval");
    var rivals = new ArrayList<Rival>();
    var members = ensemble.members();
    for (int m = 0; m < members.size() && members.size() > 1; m++) {
      String name = (m + 1) + " " + members.get(m).model().describe();
      rivals.add(new Rival(name, metrics(members.get(m), predict(members.get(m), source, samples, console, name))));
    }
    return new AgeGenderReportData.Test(metrics(ensemble, predictions), predictions, rivals);
  }

  private static List<AgeGenderPrediction> predict(AgeGenderEnsemble ensemble, AgeSource source, int[] samples, Console console, String task) {
    try (var progress = console.progress(task, samples.length, "images", 0)) {
      return predict(ensemble, source, samples, progress::step);
    }
  }

  /** Scored beside what the training split's majority and median would be. */
  static AgeGenderMetrics metrics(AgeGenderEnsemble ensemble, List<AgeGenderPrediction> predictions) {
    var origin = ensemble.model().origin();
    return AgeGenderMetrics.of(predictions, new AgeGenderMetrics.Baseline(origin.medianAgeYears(), origin.femaleShare()));
  }
}
