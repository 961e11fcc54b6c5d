package dev.mien.training.agegender;

import dev.mien.engine.tensor.Device;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.training.age.AgeData;
import dev.mien.training.age.MeasuredSplit;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.data.AgeSource;
import dev.mien.training.loop.TrainingRun;
import dev.mien.training.report.ReportRun;
import dev.mien.training.run.CodeVersion;
import dev.mien.training.run.RunRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien eval age-gender}: measures a model of age and gender, or several as one. */
@Command(name = "age-gender", description = "Measure a model of age and gender; several answer as one, and each is measured beside.",
    footer = {"", "Examples:", "  ./mien eval age-gender --weights runs/attention --data utkface:UTKFace.zip",
        "  ./mien eval age-gender --weights runs/attention,runs/resnet --data utkface:UTKFace.zip --save both.safetensors --report both.html"})
public final class EvalAgeGender extends MienCommand {
  @Option(names = {"--weights", "--run"}, required = true, split = ",", paramLabel = "RUN|FILE", description = "Run folders or model files.")
  private List<Path> weights;

  @Option(names = "--data", paramLabel = "SPEC", required = true, description = "Data set, as for train age-gender.")
  private String data;

  @Option(names = "--split", paramLabel = "NAME",
      description = "train, validation, test or all. Default: test where one of them learned from this data, all otherwise.")
  private String split;

  @Option(names = "--save", paramLabel = "FILE", description = "Also write all of them as one model file.")
  private Path save;

  @Option(names = "--report", paramLabel = "FILE", description = "Also write the report of this evaluation, an HTML page.")
  private Path report;

  @Option(names = "--max-broken", paramLabel = "N", defaultValue = "-1", description = "Unreadable pictures that are tolerated; -1: max(10, 1 %%).")
  private int maxBroken;

  @Override
  protected Object execute(Console console) {
    for (var file : new Path[] {save, report}) {
      if (file != null && (Files.isDirectory(file) || file.getParent() != null && !Files.isDirectory(file.getParent()))) {
        reject(file + " is no file in a folder that is there");
      }
    }
    long began = System.nanoTime();
    try (var device = Device.open(deviceName(), threads()); var predictor = AgeGenderPredictor.load(weights, device);
        var source = AgeData.open(data, predictor.model().members().getFirst().contract().inputWidth(), maxBroken, console)) {
      var chosen = MeasuredSplit.of(split, weights, predictor.model().origin().trainedOn(), source);
      String name = chosen.name();
      int[] samples = chosen.samples();
      long loaded = System.nanoTime();
      var test = AgeGenderEvaluator.test(predictor.ensemble(), source, chosen.samples(), console);
      double speed = chosen.samples().length / TrainingRun.seconds(loaded);
      var outcome = AgeGenderOutcome.of(String.join(",", weights.stream().map(Path::toString).toList()), TrainingRun.seconds(began), speed, chosen.name(), test);
      AgeGenderReports.print(console, chosen.name(), outcome);
      if (save != null) {
        predictor.ensemble().save(save);
        console.print("model: " + save);
      }
      if (report != null) {
        new AgeGenderReports(predictor, source, device).write(report, told(predictor, source, outcome), test);
        console.print("report: " + report);
      }
      return outcome;
    }
  }

  private ReportRun told(AgeGenderPredictor predictor, AgeSource source, AgeGenderOutcome outcome) {
    var configuration = new LinkedHashMap<String, String>();
    configuration.put("weights", outcome.run());
    configuration.put("fingerprint", predictor.fingerprint());
    configuration.put("networks", predictor.model().describe());
    configuration.put("trained on", predictor.model().origin().trainedOn());
    configuration.put("data", data);
    configuration.put("data set", source.describe());
    configuration.put("data hash", source.contentHash());
    configuration.put("code", CodeVersion.current());
    return new ReportRun(outcome.run(), predictor.model().describe() + " · " + source.name() + " · evaluation", RunRecord.command(givenArguments()),
        new ReportRun.Time(outcome.seconds(), outcome.imagesPerSecond()), configuration);
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new EvalAgeGender(), arguments));
  }
}
