package dev.mien.training.recognition;

import dev.mien.engine.tensor.Device;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.face.Skipped;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien embed}: turns many pictures into a matrix of embeddings. */
@Command(name = "embed", description = "Embed pictures of faces: a matrix of unit vectors for numpy, and whose row is whose.",
    footer = {"", "Writes embeddings.npy (float32, rows x features, length 1), norms.npy (float32, rows) and index.csv (row, file, norm).", "",
        "Example:", "  ./mien embed photos/ --weights runs/face-20261126-101500-2026 --out embedded"})
public final class EmbedFaces extends MienCommand {
  @Parameters(paramLabel = "PATH", arity = "1..*",
      description = "Pictures, folders or .zip archives of them, or a list (.txt, a path a line); faces cut out like those the model learned from.")
  private List<Path> paths;

  @Option(names = {"--weights", "--run"}, required = true, paramLabel = "RUN|FILE", description = "Run folder, or a model.safetensors file.")
  private Path weights;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write to; made when it is missing.")
  private Path out;

  @Option(names = "--resume", description = "Go on with what was stopped there: same pictures, same model.")
  private boolean resume;

  @Option(names = "--force", description = "Replace what stands there.")
  private boolean force;

  private EmbedJournal journal;

  /**
   * What {@code --json} prints.
   *
   * @param rows embeddings written
   * @param skipped pictures without a row, and why
   * @param imagesPerSecond of this process
   * @param interrupted whether it was stopped before its end; nothing is written then but what {@code --resume} goes on from
   */
  public record Result(String out, String model, int rows, int features, List<Skipped> skipped, double seconds, double imagesPerSecond,
                       boolean interrupted) {}

  @Override
  protected Object execute(Console console) {
    if (resume && force) {
      reject("give --resume or --force, not both");
    }
    long began = System.nanoTime();
    try (var pictures = Pictures.at(paths); var device = Device.open(deviceName(), threads());
        var embedder = FaceEmbedder.load(weights, device)) {
      var all = pictures.all();
      console.note(all.size() + " pictures" + "; the model expects faces cut as \"" + embedder.model().contract().cropPolicy() + "\"");
      journal = EmbedJournal.open(out, new EmbedJournal.Task(embedder.fingerprint(), embedder.features(), all), resume, force);
      try (var open = journal) {
        int before = open.pictures();
        long embedding = System.nanoTime();
        int taken = Embedding.run(embedder, all.subList(before, all.size()), before, console, open::append);
        double speed = taken / Math.max(1e-9, (System.nanoTime() - embedding) / 1e9);
        boolean interrupted = before + taken < all.size();
        if (interrupted) {
          open.save();
          console.note("stopped and saved; go on with the same command and --resume");
        } else {
          open.finish();
          console.printf("%d embeddings of %d features in %s", open.rows(), embedder.features(), out);
        }
        Embedding.tell(open.skipped(), console);
        return new Result(out.toString(), embedder.fingerprint(), open.rows(), embedder.features(), open.skipped(),
            (System.nanoTime() - began) / 1e9, speed, interrupted);
      }
    }
  }

  /** Nothing could be embedded: the user must mend something. */
  @Override
  protected int exitCode() {
    return journal.rows() == 0 && !journal.skipped().isEmpty() ? CommandRunner.USAGE : CommandRunner.OK;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new EmbedFaces(), arguments));
  }
}
