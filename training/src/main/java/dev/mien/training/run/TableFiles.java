package dev.mien.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mien.engine.io.DurableFiles;
import java.nio.file.Path;

/** The table of several runs, beside their folders: {@code table.md} for people, {@code table.json} for programs. */
public final class TableFiles {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TableFiles() {}

  /**
   * Writes both, each atomically.
   *
   * @param table a record that Jackson can write
   */
  public static void write(Path folder, String markdown, Object table) {
    DurableFiles.writeString(folder.resolve("table.md"), markdown);
    try {
      DurableFiles.writeString(folder.resolve("table.json"), JSON.writeValueAsString(table) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the table cannot be written as JSON", e);
    }
  }
}
