package dev.mien.training.recognition;

import dev.mien.engine.tensor.Device;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.face.Gallery;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.recognition.Embedding.Done;
import dev.mien.training.face.Skipped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien gallery add}: makes faces known to a gallery. */
@Command(name = "add", description = "Enrol faces into a gallery, each under the name of its directory, or of its file at the top.",
    footer = {"", "A picture whose path the gallery holds already is passed over, so a stopped run goes on with the same command.", "",
        "Example:", "  ./mien gallery add people/ --gallery people.gallery --weights runs/face-20261126-101500-2026"})
public final class GalleryAdd extends MienCommand {
  /** Faces between two savings. */
  private static final int SAVED = 20_000;

  @Parameters(paramLabel = "PATH", arity = "1..*",
      description = "Pictures, folders or .zip archives with a directory for each person, or a list (.txt, a path a line).")
  private List<Path> paths;

  @Option(names = "--gallery", required = true, paramLabel = "FILE", description = "The gallery; made when it is missing.")
  private Path file;

  @Option(names = {"--weights", "--run"}, required = true, paramLabel = "RUN|FILE", description = "Run folder, or a model.safetensors file.")
  private Path weights;

  @Option(names = "--name", paramLabel = "NAME", description = "The one name of all these faces.")
  private String name;

  @Option(names = "--precision", paramLabel = "NAME", defaultValue = "float32", description = "Of a new gallery: float32, or int8 (a quarter of the size).")
  private Gallery.Precision precision;

  private int failed;
  private int known;
  private int added;

  /**
   * What {@code --json} prints.
   *
   * @param known pictures that were in the gallery before
   * @param faces in the gallery now
   */
  public record Result(String gallery, int added, int known, List<Skipped> skipped, int faces, boolean interrupted) {}

  @Override
  protected Object execute(Console console) {
    try (var pictures = Pictures.at(paths); var device = Device.open(deviceName(), threads());
        var embedder = FaceEmbedder.load(weights, device)) {
      var before = sources(embedder);
      var fresh = pictures.all().stream().filter(p -> !before.contains(p.source())).toList();
      known = pictures.all().size() - fresh.size();
      if (known > 0) {
        console.note(known + " of the pictures are in the gallery already");
      }
      var skipped = new ArrayList<Skipped>();
      var waiting = new ArrayList<Gallery.Face>();
      int taken = Embedding.run(embedder, fresh, 0, console, batch -> {
        for (var done : batch) {
          take(done, waiting, skipped);
        }
        if (waiting.size() >= SAVED) {
          save(embedder, waiting);
        }
      });
      int faces = save(embedder, waiting);
      Embedding.tell(skipped, console);
      failed = skipped.size();
      boolean interrupted = taken < fresh.size();
      console.printf("%d faces added to %s, which holds %d now", added, file, faces);
      if (interrupted) {
        console.note("stopped and saved; the same command goes on");
      }
      return new Result(file.toString(), added, known, skipped, faces, interrupted);
    }
  }

  /** The paths that the gallery holds, after a look at whether it is of this model. */
  private Set<String> sources(FaceEmbedder embedder) {
    if (!Files.exists(file)) {
      return Set.of();
    }
    try (var gallery = Gallery.open(file)) {
      gallery.requireModel(embedder);
      return gallery.entries().map(Gallery.Entry::source).collect(Collectors.toCollection(HashSet::new));
    }
  }

  private void take(Done done, List<Gallery.Face> waiting, List<Skipped> skipped) {
    if (done.embedding() == null) {
      skipped.add(done.skipped());
    } else {
      waiting.add(new Gallery.Face(name != null ? name : done.picture().person(), done.picture().source(), done.embedding()));
    }
  }

  private int save(FaceEmbedder embedder, List<Gallery.Face> waiting) {
    if (waiting.isEmpty()) {
      return size();
    }
    int faces = Gallery.edit(file, Gallery.empty(embedder, precision), gallery -> {
      gallery.enrol(waiting);
      return gallery.size();
    });
    added += waiting.size();
    waiting.clear();
    return faces;
  }

  private int size() {
    if (!Files.exists(file)) {
      return 0;
    }
    try (var gallery = Gallery.open(file)) {
      return gallery.size();
    }
  }

  /** Nothing could be enrolled: the user must mend something. */
  @Override
  protected int exitCode() {
    return added + known == 0 && failed > 0 ? CommandRunner.USAGE : CommandRunner.OK;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new GalleryAdd(), arguments));
  }
}
