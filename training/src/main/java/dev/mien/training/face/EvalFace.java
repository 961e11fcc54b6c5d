package dev.mien.training.face;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.report.FaceReportData;
import dev.mien.training.report.Remarks;
import dev.mien.training.report.ReportRun;
import dev.mien.training.run.CodeVersion;
import dev.mien.training.run.RunRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien eval face}: verifies pairs of faces with a trained model. */
@Command(name = "face", description = "Measure a face recogniser on pairs of faces.",
    footer = {"", "Examples:", "  ./mien eval face --weights runs/face-20261126-101500-2026 --data lfw:lfw_aligned.zip"})
public final class EvalFace extends MienCommand {
  @Option(names = {"--weights", "--run"}, required = true, paramLabel = "RUN|FILE", description = "Run folder, or a model.safetensors file.")
  private Path weights;

  @Option(names = "--data", paramLabel = "SPEC", required = true,
      description = "lfw:PATH (a .zip or folder with images/ and one pairs*.txt), folder:PATH or synthetic.")
  private String data;

  @Option(names = "--report", paramLabel = "FILE", description = "Also write the report of this evaluation, an HTML page, to this file.")
  private Path report;

  @Override
  protected Object execute(Console console) {
    if (report != null && (Files.isDirectory(report) || report.getParent() != null && !Files.isDirectory(report.getParent()))) {
      reject("--report " + report + " is no file in a folder that is there");
    }
    long began = System.nanoTime();
    try (var device = Device.open(deviceName(), threads()); var embedder = FaceEmbedder.load(weights, device);
        var source = FaceRun.open(data, console)) {
      if (source.test().isEmpty()) {
        throw new MienException("[data] " + data + " brings no pairs to verify: " + String.join("; ", source.findings()));
      }
      if (!source.cropPolicy().equals(embedder.model().contract().cropPolicy())) {
        console.warn("the model was trained on faces cut as \"" + embedder.model().contract().cropPolicy() + "\", these are cut as \""
            + source.cropPolicy() + "\"");
      }
      long loaded = System.nanoTime();
      var scored = FaceRun.score(embedder, source.test(), console);
      int images = scored.stream().mapToInt(s -> s.set().images().size()).sum();
      var outcome = new FaceOutcome(weights.toString(), FaceRun.seconds(began), images / FaceRun.seconds(loaded), null,
          FaceOutcome.Test.of(scored));
      FaceRun.print(console, outcome);
      var measured = FaceReports.measure(scored, embedder.model().contract());
      if (report != null) {
        FaceReports.write(report, new FaceReportData(reportRun(embedder, source, outcome), null, measured,
            new Remarks(source.findings(), List.of())), source);
      }
      FaceReports.print(console, measured, report);
      return outcome;
    }
  }

  private ReportRun reportRun(FaceEmbedder embedder, FaceSource source, FaceOutcome outcome) {
    var model = embedder.model();
    var configuration = new LinkedHashMap<String, String>();
    configuration.put("weights", weights.toString());
    configuration.put("fingerprint", embedder.fingerprint());
    configuration.put("architecture", model.architecture());
    configuration.put("trained on", model.trainedOn());
    configuration.put("data", data);
    configuration.put("data set", source.describe());
    configuration.put("data hash", source.contentHash());
    configuration.put("code", CodeVersion.current());
    configuration.put("device", deviceName());
    return new ReportRun(weights.toString(), model.architecture() + " · " + source.name() + " · evaluation", RunRecord.command(givenArguments()),
        new ReportRun.Time(outcome.seconds(), outcome.imagesPerSecond()), configuration);
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new EvalFace(), arguments));
  }
}
