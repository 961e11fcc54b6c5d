package dev.mien.training.age;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgeModel;
import dev.mien.models.age.AgePredictor;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.DataSpec;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.data.Split;
import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
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
      description = "train, validation, test or all. Default: test for the data the model was trained on, all for other data.")
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
      var set = set(source, predictor.model(), choose(source));
      long loaded = System.nanoTime();
      try (var progress = console.progress("eval", set.dataset.size(), "images", 0)) {
        var predictions = AgeEvaluator.predict(device, predictor.net(), set.dataset, progress::step);
        var metrics = AgeMetrics.of(predictions, predictor.model().medianAgeYears());
        var outcome = new AgeOutcome(run.toString(), AgeRun.seconds(began), predictions.size() / AgeRun.seconds(loaded), null,
            AgeOutcome.Test.of(set.name, metrics, source.irreducibleMae()));
        AgeReports.print(console, outcome, null);
        return outcome;
      }
    }
  }

  private record Chosen(String name, AgeDataset dataset) {}

  private String choose(AgeSource source) {
    if (split != null) {
      return split.toLowerCase(Locale.ROOT);
    }
    boolean trainedOnIt = Files.isDirectory(run) && Files.exists(run.resolve("run.json"))
        && RunFolder.read(run).dataHash().equals(source.contentHash());
    return trainedOnIt ? "test" : "all";
  }

  private static Chosen set(AgeSource source, AgeModel model, String name) {
    int side = model.contract().inputWidth();
    var transform = AgeTransforms.evaluation(model.contract());
    if (name.equals("all")) {
      int[] every = IntStream.range(0, source.samples().size()).toArray();
      return new Chosen(name, new AgeDataset(source, every, transform, side, side, model.classes() - 1));
    }
    for (var s : Split.values()) {
      if (s.name().toLowerCase(Locale.ROOT).equals(name)) {
        return new Chosen(name, AgeDataset.of(source, s, transform, side, model.classes() - 1));
      }
    }
    throw new MienException("no split named '" + name + "'; there are train, validation, test, all");
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new EvalAge(), arguments));
  }
}
