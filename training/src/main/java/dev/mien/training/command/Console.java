package dev.mien.training.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Where a command speaks: its result on standard output, all else on standard error. With {@code --json} only the object goes to
 * output.
 */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;

  public Console(PrintStream out, PrintStream err, boolean json) {
    this.out = out;
    this.err = err;
    this.json = json;
  }

  /** A line of the result for people; kept off standard output when {@code --json} owns it. */
  public void print(String text) {
    (json ? err : out).println(text);
  }

  /** The same, formatted in the root locale. */
  public void printf(String format, Object... arguments) {
    print(String.format(Locale.ROOT, format, arguments));
  }

  /** A remark on standard error. */
  public void note(String text) {
    err.println(text);
  }

  /** A remark that something is not as it should be, but the work goes on. */
  public void warn(String text) {
    err.println("mien: warning: " + text);
  }

  /** A bar on a terminal, lines elsewhere; on standard error. */
  public Progress progress(String task, long total, String unit, long alreadyDone) {
    return Progress.start(err, new Progress.Work(task, total, unit, alreadyDone));
  }

  /** Whether results may use block characters: a terminal, or a UTF-8 output. */
  public boolean supportsBlocks() {
    return out.charset().newEncoder().canEncode('█');
  }

  void printJson(Object result) {
    try {
      out.println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the result " + result.getClass().getName() + " cannot be written as JSON", e);
    }
    out.flush();
  }
}
