package dev.mien.training.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which code is running. */
public final class CodeVersion {
  private CodeVersion() {}

  /** The release and, where the launcher found a repository, {@code git describe}: {@code 0.1.0 (3eaddfa-dirty)}. */
  public static String current() {
    String described = System.getProperty("mien.codeVersion", "");
    return described.isBlank() ? release() : release() + " (" + described + ")";
  }

  /** The release, as the build wrote it. */
  public static String release() {
    var properties = new Properties();
    try (var in = CodeVersion.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
