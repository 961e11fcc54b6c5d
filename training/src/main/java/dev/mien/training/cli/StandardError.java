package dev.mien.training.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * Gives the process its true standard error back.
 *
 * <p>The JDK announces an incubating module on descriptor 2 before any of our code runs, and has no switch against it. So the
 * launcher starts the JVM with descriptor 2 behind a filter and the true one beside it, and names that one in
 * {@code mien.standardError}. {@code dup2} puts it back: from then on standard error is the terminal itself (the progress bar,
 * {@code isatty}), or the very file.
 */
final class StandardError {
  private static final int STANDARD_ERROR = 2;

  private StandardError() {}

  /**
   * Does it, when the launcher asked for it; where it cannot be done the filter stays, which costs the terminal but no message.
   */
  static void restore() {
    int kept = Integer.getInteger("mien.standardError", -1);
    if (kept < 0) {
      return;
    }
    try {
      var linker = Linker.nativeLinker();
      var dup2 = linker.downcallHandle(linker.defaultLookup().findOrThrow("dup2"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      System.err.flush();
      int ignored = (int) dup2.invokeExact(kept, STANDARD_ERROR);
    } catch (Throwable e) {
      System.getLogger(StandardError.class.getName()).log(System.Logger.Level.DEBUG, "standard error stays behind the filter", e);
    }
  }
}
