package dev.mien.training.recognition;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.Gallery;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien gallery remove}: forgets people. */
@Command(name = "remove", description = "Remove every face of the people named.",
    footer = {"", "Example:", "  ./mien gallery remove --gallery people.gallery \"Ada Lovelace\""})
public final class GalleryRemove extends MienCommand {
  @Parameters(paramLabel = "NAME", arity = "1..*", description = "Names, as they were enrolled.")
  private List<String> names;

  @Option(names = "--gallery", required = true, paramLabel = "FILE", description = "The gallery.")
  private Path file;

  /** What {@code --json} prints: how many faces of each name went, and how many are left. */
  public record Result(String gallery, Map<String, Integer> removed, int faces) {}

  @Override
  protected Object execute(Console console) {
    if (!Files.exists(file)) {
      throw new MienException("no such gallery: " + file);
    }
    return Gallery.edit(file, null, gallery -> {
      var removed = new LinkedHashMap<String, Integer>();
      gallery.entries().map(Gallery.Entry::name).filter(names::contains).forEach(n -> removed.merge(n, 1, Integer::sum));
      var unknown = new TreeSet<>(names);
      unknown.removeAll(removed.keySet());
      if (!unknown.isEmpty()) {
        throw new MienException("the gallery " + file + " knows nobody named " + String.join(", ", unknown) + "; nothing was removed. "
            + "./mien gallery show --gallery " + file + " --names lists all");
      }
      int faces = gallery.remove(entry -> removed.containsKey(entry.name()));
      console.printf("%d faces of %d people removed, %d are left", faces, removed.size(), gallery.size());
      return new Result(file.toString(), removed, gallery.size());
    });
  }
}
