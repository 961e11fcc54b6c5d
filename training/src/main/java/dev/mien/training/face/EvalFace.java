package dev.mien.training.face;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.facedata.FaceSpec;
import dev.mien.training.loop.TrainingRun;
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

/** {@code mien eval face}: verifies pairs of faces, or looks for faces in a gallery, with a trained model. */
@Command(name = "face", description = "Measure a face recogniser on pairs of faces, or on searches in a gallery.",
    footer = {"", "Examples:", "  ./mien eval face --weights runs/face-20261126-101500-2026 --data lfw:lfw_aligned.zip",
        "  ./mien eval face --weights runs/face-20261126-101500-2026 --data bin:lfw.bin,cfp_fp.bin,agedb_30.bin",
        "  ./mien eval face --weights runs/face-20261126-101500-2026 --data folder:people --protocol identification --gallery-images 5"})
public final class EvalFace extends MienCommand {
  /** What is measured on a folder of people. */
  enum Protocol {
    VERIFICATION, IDENTIFICATION
  }

  @Option(names = {"--weights", "--run"}, required = true, paramLabel = "RUN|FILE", description = "Run folder, or a model.safetensors file.")
  private Path weights;

  @Option(names = "--data", paramLabel = "SPEC", required = true, description = FaceSpec.FORMS + ". Pairs are verified; the galleries of tinyface "
      + "and ijb are searched.")
  private String data;

  @Option(names = "--protocol", paramLabel = "NAME", defaultValue = "verification",
      description = "With folder:PATH: verification of pairs of the people kept for the test, or identification of everybody.")
  private Protocol protocol;

  @Option(names = "--gallery-images", paramLabel = "N", description = "With identification: the first N pictures of each person are known, the rest "
      + "are looked for.")
  private Integer galleryImages;

  @Option(names = "--report", paramLabel = "FILE", description = "Also write the report of this evaluation, an HTML page, to this file.")
  private Path report;

  @Override
  protected Object execute(Console console) {
    if (report != null && (Files.isDirectory(report) || report.getParent() != null && !Files.isDirectory(report.getParent()))) {
      reject("--report " + report + " is no file in a folder that is there");
    }
    long began = System.nanoTime();
    var spec = spec();
    try (var device = Device.open(deviceName(), threads()); var embedder = FaceEmbedder.load(weights, device);
        var source = FaceRun.open(spec, console)) {
      if (source.test().isEmpty() && source.search().isEmpty() && source.templates().isEmpty()) {
        throw new MienException("[data] " + data + " brings no pairs to verify: " + String.join("; ", source.findings()));
      }
      if (report != null && source.test().isEmpty()) {
        throw new MienException("--report shows pairs of pictures, and " + data + " brings none: leave it out");
      }
      if (!source.cropPolicy().equals(embedder.model().contract().cropPolicy())) {
        console.warn("the model was trained on faces cut as \"" + embedder.model().contract().cropPolicy() + "\", these are cut as \""
            + source.cropPolicy() + "\"");
      }
      long loaded = System.nanoTime();
      var scored = FaceRun.score(embedder, source.test(), console);
      var exam = FaceExam.take(embedder, source, console);
      int images = exam.images() + scored.stream().mapToInt(s -> s.set().images().size()).sum();
      var outcome = new FaceOutcome(weights.toString(), TrainingRun.seconds(began), images / TrainingRun.seconds(loaded), null,
          scored.isEmpty() ? exam.test() : FaceOutcome.Test.of(scored), exam.identified(), exam.normToScore());
      if (outcome.test() != null) {
        FaceRun.print(console, outcome);
      }
      if (outcome.identification() != null) {
        print(console, outcome.identification());
      }
      if (!scored.isEmpty()) {
        var measured = FaceReports.measure(scored, embedder.model().contract());
        if (report != null) {
          FaceReports.write(report, new FaceReportData(reportRun(embedder, source, outcome), null, measured,
              new Remarks(source.findings(), List.of())), source);
        }
        FaceReports.print(console, measured, report);
      }
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

  private FaceSpec spec() {
    var spec = FaceSpec.parse(data);
    boolean dealt = protocol == Protocol.IDENTIFICATION && spec.kind() == FaceSpec.Kind.FOLDER;
    if (protocol == Protocol.IDENTIFICATION && !dealt) {
      reject("--protocol identification goes with --data folder:PATH; tinyface and ijb bring their own galleries");
    }
    if (dealt != (galleryImages != null)) {
      reject(dealt ? "--protocol identification needs --gallery-images N: how many pictures of each person are known"
          : "--gallery-images goes with --protocol identification");
    }
    return dealt ? spec.withGallery(galleryImages) : spec;
  }

  private static void print(Console console, FaceOutcome.Identified found) {
    console.printf("identification (%d probes%s in %d): rank 1 %.2f %%, rank 5 %.2f %%, rank 10 %.2f %%, rank 20 %.2f %%", found.probes(),
        found.unmated() == null ? "" : ", " + found.unmated() + " without a match left out", found.gallery(), 100 * found.rank1(), 100 * found.rank5(),
        100 * found.rank10(), 100 * found.rank20());
    if (found.tpirAtFpir() != null) {
      found.tpirAtFpir().forEach((fpir, tpir) -> console.printf("  named rightly where %s of the strangers are named: %.2f %%", fpir, 100 * tpir));
    }
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new EvalFace(), arguments));
  }
}
