package dev.mien.training.face;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import dev.mien.models.image.Sharpness;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.facedata.PictureList;
import dev.mien.training.verification.Correlation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien quality}: tells how well faces can be recognised, worst first. */
@Command(name = "quality", description = "Tell the quality of aligned faces, worst first: the length of their embedding, which AdaFace takes for quality, "
    + "their sharpness, and their size.",
    footer = {"", "Sharpness is the variance of the Laplacian at the size that the model reads.", "Whether the norm follows quality depends on the model: see the rank correlation",
        "below the table.", "", "Example:", "  ./mien quality aligned --weights runs/face-20261126-101500-2026"})
public final class RateFaces extends MienCommand {
  private static final int BATCH = 16;

  @Parameters(paramLabel = "IMAGE|FOLDER", arity = "1..*", description = "Faces, aligned like those the model learned from: pictures, folders, .zip archives.")
  private List<Path> paths;

  @Option(names = {"--weights", "--run"}, required = true, paramLabel = "RUN|FILE", description = "Run folder, or a model.safetensors file.")
  private Path weights;

  @Option(names = "--csv", description = "Print a table file,norm,sharpness,width,height with commas.")
  private boolean csv;

  private boolean nothing;

  /**
   * One face.
   *
   * @param norm length of its embedding before it is normalised
   * @param sharpness variance of the Laplacian at the model's input size
   * @param width of the picture as it is, in pixels
   */
  public record Quality(String file, double norm, double sharpness, int width, int height) {}

  /**
   * What {@code --json} prints.
   *
   * @param faces smallest norm first
   * @param correlation Spearman's, of norm and sharpness; null for fewer than three faces
   */
  public record Qualities(List<Quality> faces, Double correlation, List<Skipped> skipped, double seconds) {}

  private record Read(String file, RgbImage picture) {}

  @Override
  protected Object execute(Console console) throws IOException {
    if (csv && json()) {
      reject("give either --csv or --json");
    }
    long began = System.nanoTime();
    var faces = new ArrayList<Quality>();
    var skipped = new ArrayList<Skipped>();
    try (var pictures = PictureList.open(paths); var device = Device.open(deviceName(), threads());
        var embedder = FaceEmbedder.load(weights, device); var progress = console.progress("quality", pictures.size(), "faces", 0)) {
      for (int from = 0; from < pictures.size(); from += BATCH) {
        int to = Math.min(from + BATCH, pictures.size());
        faces.addAll(rate(embedder, read(pictures, from, to, skipped)));
        progress.step(to - from);
      }
    }
    faces.sort(Comparator.comparingDouble(Quality::norm).thenComparing(Quality::file));
    var correlation = Correlation.of(faces.stream().mapToDouble(Quality::norm).toArray(),
        faces.stream().mapToDouble(Quality::sharpness).toArray());
    var found = new Qualities(faces, correlation.count() < 3 || Double.isNaN(correlation.spearman()) ? null : (Double) correlation.spearman(), skipped, (System.nanoTime() - began) / 1e9);
    nothing = faces.isEmpty();
    print(console, found);
    return found;
  }

  private static List<Read> read(PictureList pictures, int from, int to, List<Skipped> skipped) {
    var read = new ArrayList<Read>();
    for (int i = from; i < to; i++) {
      var file = pictures.path(i).toString();
      try {
        read.add(new Read(file, pictures.read(i)));
      } catch (MienException e) {
        skipped.add(new Skipped(file, e.getMessage()));
      }
    }
    return read;
  }

  private static List<Quality> rate(FaceEmbedder embedder, List<Read> read) {
    var contract = embedder.model().contract();
    var inputs = read.stream().map(r -> ImageTransforms.resize(ImageTransforms.squared(r.picture), contract.inputWidth(), contract.inputHeight())).toList();
    var embeddings = embedder.embed(inputs);
    var rated = new ArrayList<Quality>();
    for (int i = 0; i < inputs.size(); i++) {
      var picture = read.get(i).picture;
      rated.add(new Quality(read.get(i).file, embeddings.get(i).norm(), Sharpness.laplacianVariance(inputs.get(i)), picture.width(),
          picture.height()));
    }
    return rated;
  }

  private void print(Console console, Qualities found) throws IOException {
    found.skipped.forEach(s -> console.note("skipped " + s.file() + ": " + s.why()));
    if (csv) {
      var table = new StringBuilder();
      var printer = CSVFormat.DEFAULT.print(table);
      printer.printRecord("file", "norm", "sharpness", "width", "height");
      for (var face : found.faces) {
        printer.printRecord(face.file, face.norm, face.sharpness, face.width, face.height);
      }
      console.print(table.toString().stripTrailing());
      return;
    }
    console.print("    norm  sharpness         size  file");
    for (var face : found.faces) {
      console.printf("%8.3f  %9.1f  %5d x %4d  %s", face.norm, face.sharpness, face.width, face.height, face.file);
    }
    console.printf("%d faces, %d skipped%s", found.faces.size(), found.skipped.size(), found.correlation == null ? ""
        : String.format(java.util.Locale.ROOT, "; rank correlation of norm and sharpness %.2f", found.correlation));
  }

  /** No picture could be read: the command failed for a reason that the user can mend. */
  @Override
  protected int exitCode() {
    return nothing ? CommandRunner.USAGE : CommandRunner.OK;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new RateFaces(), arguments));
  }
}
