package dev.mien.training.face;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.nio.file.Path;
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

  @Override
  protected Object execute(Console console) {
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
      return outcome;
    }
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new EvalFace(), arguments));
  }
}
