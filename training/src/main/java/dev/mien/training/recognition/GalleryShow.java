package dev.mien.training.recognition;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.models.face.Gallery;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien gallery show}: what a gallery holds. */
@Command(name = "show", description = "Tell what a gallery holds.", footer = {"", "Example:", "  ./mien gallery show --gallery people.gallery --names"})
public final class GalleryShow extends MienCommand {
  @Option(names = "--gallery", required = true, paramLabel = "FILE", description = "The gallery.")
  private Path file;

  @Option(names = "--names", description = "List everybody with the number of their faces.")
  private boolean listNames;

  /** What {@code --json} prints; the names with the number of their faces where they are asked for. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Result(String gallery, String model, String precision, int features, int faces, int people, Map<String, Integer> names) {}

  @Override
  protected Object execute(Console console) {
    try (var gallery = Gallery.open(file)) {
      var people = new TreeMap<String, Integer>();
      gallery.entries().forEach(e -> people.merge(e.name(), 1, Integer::sum));
      console.printf("%s: %d faces of %d people, %d features in %s, of the model %s", file, gallery.size(), people.size(), gallery.features(),
          gallery.precision().word(), gallery.fingerprint());
      if (listNames) {
        people.forEach((name, faces) -> console.printf("%6d  %s", faces, name));
      }
      return new Result(file.toString(), gallery.fingerprint(), gallery.precision().word(), gallery.features(), gallery.size(),
          people.size(), listNames ? people : null);
    }
  }
}
