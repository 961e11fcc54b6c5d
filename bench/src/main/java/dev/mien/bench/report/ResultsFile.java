package dev.mien.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mien.bench.contest.Row;
import dev.mien.engine.io.DurableFiles;
import dev.mien.training.run.CodeVersion;
import dev.mien.training.run.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keeps a run: what was measured, on which machine, with which JDK, of which commit, when, and by which command. */
public final class ResultsFile {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm", Locale.ROOT);
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ROOT);

  private ResultsFile() {}

  /**
   * A run that is over.
   *
   * @param titles who took part, with versions
   * @param absent who could not be loaded, and why
   * @param command what repeats it
   * @param rows what came out
   */
  public record Run(Map<String, String> titles, Map<String, String> absent, String command, List<Row> rows) {}

  /** The conditions in a few lines. */
  public static String conditions(Run run) {
    var machine = Machine.current();
    var text = new StringBuilder(String.format(Locale.ROOT, "%nMien %s, JDK %s, %s, %d cores, %s, %s%n", CodeVersion.current(), machine.jdk(),
        machine.cpu(), machine.processors(), machine.system(), LocalDateTime.now(ZoneOffset.UTC).format(DATE)));
    run.titles.forEach((name, title) -> text.append(name).append(": ").append(title).append(System.lineSeparator()));
    run.absent.forEach((name, reason) -> text.append(name).append(": absent, ").append(reason).append(System.lineSeparator()));
    return text.toString();
  }

  /**
   * Writes {@code DATE-TIME-bench.md} and {@code .json} into a folder.
   *
   * @return the Markdown file
   */
  public static Path write(Path folder, Run run) {
    String name = LocalDateTime.now(ZoneOffset.UTC).format(STAMP) + "-bench";
    var markdown = folder.resolve(name + ".md");
    if (!Files.isDirectory(folder)) {
      throw new dev.mien.engine.tensor.MienException("there is no folder " + folder + " to keep results in");
    }
    DurableFiles.writeString(folder.resolve(name + ".json"), json(run));
    DurableFiles.writeString(markdown, "# Bench, " + LocalDateTime.now(ZoneOffset.UTC).format(DATE) + "\n\n```\n" + run.command + "\n```\n"
        + "\n```\n" + conditions(run).strip() + "\n" + Targets.table(run.rows) + Table.of(run.rows, run.titles.size() + run.absent.size() > 1)
        + "```\n");
    return markdown;
  }

  private static String json(Run run) {
    var object = new LinkedHashMap<String, Object>();
    object.put("date", LocalDateTime.now(ZoneOffset.UTC).toString());
    object.put("command", run.command);
    object.put("mien", CodeVersion.current());
    object.put("machine", Machine.current());
    object.put("contestants", run.titles);
    object.put("absent", run.absent);
    object.put("rows", run.rows);
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(object) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row cannot be written as JSON", e);
    }
  }
}
