package dev.mien.training.recognition;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.engine.tensor.Device;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien compare}: whether two pictures show one person. */
@Command(name = "compare", description = "Tell how alike two faces are, and whether they are one person's.",
    footer = {"", "Example:", "  ./mien compare a.jpg b.jpg --weights runs/face-20261126-101500-2026"})
public final class CompareFaces extends MienCommand {
  @Parameters(paramLabel = "IMAGE", arity = "2", description = "Two pictures of faces, cut out like those that the model learned from.")
  private List<Path> images;

  @Option(names = {"--weights", "--run"}, required = true, paramLabel = "RUN|FILE", description = "Run folder, or a model.safetensors file.")
  private Path weights;

  @Option(names = "--threshold", paramLabel = "COSINE",
      description = "Cosine from which two faces are one person's. Default: the model's own, found on its validation pairs.")
  private Double threshold;

  /**
   * What {@code --json} prints.
   *
   * @param cosine of the angle between both embeddings, -1..1
   * @param threshold from which they are taken for one person; null when the model knows none
   * @param same whether they are taken for one person; null without a threshold
   * @param normA length of the first embedding, its quality by most models, and {@code normB} of the second
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Comparison(String a, String b, double cosine, Double threshold, Boolean same, double normA, double normB, String model) {}

  @Override
  protected Object execute(Console console) {
    if (threshold != null && !(threshold >= -1 && threshold <= 1)) {
      reject("--threshold is a cosine, -1 to 1, got " + threshold);
    }
    try (var device = Device.open(deviceName(), threads()); var embedder = FaceEmbedder.load(weights, device)) {
      var faces = embedder.embed(images.stream().map(file -> ImageTransforms.squared(RgbImage.read(file))).toList());
      double cosine = faces.get(0).cosine(faces.get(1));
      double own = embedder.model().threshold();
      Double limit = threshold != null ? threshold : Double.isFinite(own) ? (Double) own : null;
      var found = new Comparison(images.get(0).toString(), images.get(1).toString(), cosine, limit, limit == null ? null : cosine >= limit,
          faces.get(0).norm(), faces.get(1).norm(), embedder.fingerprint());
      console.printf("cosine %.3f: %s", cosine, limit == null ? "the model knows no threshold, give one with --threshold"
          : String.format(Locale.ROOT, "%s (threshold %.3f)", cosine >= limit ? "one person" : "two people", limit));
      console.printf("length of the embeddings: %.2f and %.2f", found.normA, found.normB);
      return found;
    }
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new CompareFaces(), arguments));
  }
}
