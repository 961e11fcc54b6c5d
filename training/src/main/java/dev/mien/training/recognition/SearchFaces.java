package dev.mien.training.recognition;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.engine.tensor.Device;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.face.FaceEmbedding;
import dev.mien.models.face.Gallery;
import dev.mien.models.face.GalleryMatch;
import dev.mien.models.face.GallerySearch;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.recognition.Embedding.Done;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien search}: whose face it is. */
@Command(name = "search", description = "Find the faces of a gallery that are most alike to those in pictures; exact, nothing is left out.",
    footer = {"", "Example:", "  ./mien search face.jpg --gallery people.gallery --weights runs/face-20261126-101500-2026"})
public final class SearchFaces extends MienCommand {
  private static final int MOST = 1024;

  @Parameters(paramLabel = "PATH", arity = "1..*",
      description = "Pictures, folders or .zip archives of them, or a list (.txt); faces cut out like those the model learned from.")
  private List<Path> paths;

  @Option(names = "--gallery", required = true, paramLabel = "FILE", description = "The gallery, see ./mien gallery add.")
  private Path file;

  @Option(names = {"--weights", "--run"}, required = true, paramLabel = "RUN|FILE",
      description = "The model that the gallery was made with: run folder, or a model.safetensors file.")
  private Path weights;

  @Option(names = {"-k", "--top"}, paramLabel = "K", defaultValue = "5", description = "Faces to show for each picture, at most 1024.")
  private int top;

  @Option(names = "--memory", paramLabel = "MIB", defaultValue = "1024", description = "MiB of the gallery to keep on the device between batches.")
  private int memory;

  private int failed;
  private int found;

  /** A face of the gallery; {@code same} tells whether the model's threshold takes both for one person, null when it knows none. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Hit(String name, String source, double cosine, Boolean same) {}

  /** A picture's answer; an error takes the place of the faces. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Answer(String file, List<Hit> matches, String error) {}

  /** What {@code --json} prints. */
  public record Result(String gallery, int faces, List<Answer> answers) {}

  @Override
  protected Object execute(Console console) {
    if (top < 1 || top > MOST) {
      reject("--top must lie in 1.." + MOST + ", got " + top);
    }
    if (memory < 0) {
      reject("--memory must be 0 or more MiB, got " + memory);
    }
    try (var pictures = Pictures.at(paths); var gallery = Gallery.open(file); var device = Device.open(deviceName(), threads());
        var embedder = FaceEmbedder.load(weights, device); var search = gallery.on(device, (long) memory << 20)) {
      gallery.requireModel(embedder);
      var answers = new ArrayList<Answer>();
      Embedding.run(embedder, pictures.all(), 0, console, batch -> answers.addAll(answers(batch, search, embedder.model().threshold())));
      answers.forEach(answer -> print(answer, console));
      return new Result(file.toString(), gallery.size(), answers);
    }
  }

  private List<Answer> answers(List<Done> batch, GallerySearch search, double threshold) {
    var probes = batch.stream().map(Done::embedding).filter(Objects::nonNull).toList();
    var matches = find(search, probes).iterator();
    var answers = new ArrayList<Answer>();
    for (var done : batch) {
      if (done.embedding() == null) {
        failed++;
        answers.add(new Answer(done.picture().source(), null, done.why()));
      } else {
        found++;
        var hits = matches.next().stream().map(m -> new Hit(m.entry().name(), m.entry().source(), m.cosine(),
            Double.isFinite(threshold) ? (Boolean) (m.cosine() >= threshold) : null)).toList();
        answers.add(new Answer(done.picture().source(), hits, null));
      }
    }
    return answers;
  }

  private List<List<GalleryMatch>> find(GallerySearch search, List<FaceEmbedding> probes) {
    return probes.isEmpty() ? List.of() : search.find(probes, top);
  }

  private static void print(Answer answer, Console console) {
    if (answer.error != null) {
      console.note("mien: skipped " + answer.file + ": " + answer.error);
      return;
    }
    console.print(answer.file + (answer.matches.isEmpty() ? ": the gallery is empty" : ""));
    for (var hit : answer.matches) {
      console.print(String.format(Locale.ROOT, "  %6.3f  %s%s%s", hit.cosine, hit.name, hit.source.isEmpty() ? "" : "  (" + hit.source + ")",
          hit.same == null || hit.same ? "" : "  below the threshold"));
    }
  }

  /** Not one picture could be read: the user must mend something. */
  @Override
  protected int exitCode() {
    return found == 0 && failed > 0 ? CommandRunner.USAGE : CommandRunner.OK;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new SearchFaces(), arguments));
  }
}
