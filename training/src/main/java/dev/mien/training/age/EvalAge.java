package dev.mien.training.age;

import dev.mien.engine.tensor.Device;
import dev.mien.models.age.AgeModel;
import dev.mien.models.age.AgePredictor;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.DataSpec;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.loop.TrainingRun;
import dev.mien.training.metrics.AgeMetrics;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien eval age}: measures a trained model on data. */
@Command(name = "age", description = "Measure a trained age model on a data set.",
    footer = {"", "Example:", "  ./mien eval age --run runs/age-20261122-101500-2026 --data utkface:UTKFace.zip"})
public final class EvalAge extends MienCommand {
  @Option(names = "--run", required = true, paramLabel = "RUN", description = "Run folder, or a model.safetensors file.")
  private Path run;

  @Option(names = "--data", paramLabel = "SPEC", required = true, description = "Data set, as for train age.")
  private String data;

  @Option(names = "--split", paramLabel = "NAME",
      description = "train, validation, test or all. Default: test where the model learned from this data, all otherwise.")
  private String split;

  @Option(names = "--max-broken", paramLabel = "N", defaultValue = "-1",
      description = "Unreadable pictures that are tolerated; -1: max(10, 1 %%).")
  private int maxBroken;

  @Override
  protected Object execute(Console console) {
    long began = System.nanoTime();
    var spec = DataSpec.parse(data);
    try (var device = Device.open(deviceName(), threads()); var predictor = AgePredictor.load(run, device);
        var source = spec.open(OpenOptions.defaults().maxBroken(maxBroken).lastClass(predictor.model().classes() - 1)
            .shrinkToPx(AgeData.drawnSidePx(spec, predictor.model().contract().inputWidth())))) {
      console.note(source.describe());
      source.findings().lines(2).forEach(console::note);
      var chosen = MeasuredSplit.of(split, List.of(run), predictor.model().trainedOn(), source);
      int side = predictor.model().contract().inputWidth();
      var faces = new AgeDataset(source, chosen.samples(), AgeTransforms.evaluation(predictor.model().contract()), side, side,
          predictor.model().classes() - 1);
      long loaded = System.nanoTime();
      try (var progress = console.progress("eval", faces.size(), "images", 0)) {
        var predictions = AgeEvaluator.predict(device, predictor.net(), faces, progress::step);
        var metrics = AgeMetrics.of(predictions, predictor.model().medianAgeYears());
        var outcome = new AgeOutcome(run.toString(), TrainingRun.seconds(began), predictions.size() / TrainingRun.seconds(loaded), null,
            AgeOutcome.Test.of(chosen.name(), metrics, source.irreducibleMae()));
        AgeReports.print(console, outcome, null);
        return outcome;
      }
    }
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new EvalAge(), arguments));
  }
}
