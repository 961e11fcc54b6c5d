package dev.mien.training.command;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.NonFiniteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs a command and turns what it throws into a line and an exit code: 0 done; 2 the user's to mend, one line; 1 anything else,
 * one line and the place of the log. Ctrl-C ends with 130, see {@link Interrupt}. Mains do
 * {@code System.exit(CommandRunner.run(...))}.
 */
public final class CommandRunner {
  /** Exit code: done. */
  public static final int OK = 0;
  /** Exit code: something unexpected. */
  public static final int FAILED = 1;
  /** Exit code: a mistake that the user can mend. */
  public static final int USAGE = 2;

  private CommandRunner() {}

  /** Runs one command by itself, for the named mains. */
  public static int run(MienCommand command, String... arguments) {
    return run(new CommandLine(command), arguments);
  }

  /** Runs a command line with all its subcommands. */
  public static int run(CommandLine line, String... arguments) {
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, args) -> report(e));
    line.setExecutionExceptionHandler((e, commandLine, result) -> report(e));
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError e) {
      say("out of memory: the JVM may use " + Runtime.getRuntime().maxMemory() / (1 << 20)
          + " MiB; take a smaller batch or image, or give it more with MIEN_JAVA_OPTIONS=-Xmx...");
      return FAILED;
    } catch (Error e) {
      return unexpected(e);
    } finally {
      System.out.flush();
      Interrupt.finished();
    }
  }

  private static int report(Exception thrown) {
    Throwable e = thrown instanceof UncheckedIOException unchecked ? unchecked.getCause() : thrown;
    return switch (e) {
      case ParameterException wrong -> {
        say(oneLine(describe(wrong)) + " (see " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
        yield USAGE;
      }
      case NonFiniteException broken -> {
        say(oneLine(broken.getMessage()));
        yield FAILED;
      }
      case MienException mistake -> {
        say(oneLine(mistake.getMessage()));
        yield USAGE;
      }
      case FileSystemException file -> {
        say(oneLine(describe(file)));
        yield USAGE;
      }
      case RuntimeException device when Device.isFailure(device) -> {
        say(oneLine(device.getMessage()));
        yield FAILED;
      }
      default -> unexpected(e);
    };
  }

  private static String describe(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched) || unmatched.getUnmatched().isEmpty()) {
      return e.getMessage();
    }
    String word = unmatched.getUnmatched().getFirst();
    var commands = e.getCommandLine().getSubcommands().keySet();
    if (!commands.isEmpty() && !word.startsWith("-")) {
      return "no command '" + word + "'; there are: " + String.join(", ", commands);
    }
    var suggestions = unmatched.getSuggestions();
    return e.getMessage() + (suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?");
  }

  private static String describe(FileSystemException e) {
    String reason = switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case FileAlreadyExistsException _ -> "exists already";
      case AccessDeniedException _ -> "permission denied";
      case NotDirectoryException _ -> "is not a folder";
      default -> e.getReason() == null ? "cannot be read or written" : e.getReason().toLowerCase(Locale.ROOT);
    };
    return e.getFile() + ": " + reason;
  }

  private static int unexpected(Throwable e) {
    String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + e.getMessage();
    var trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    try {
      Path log = Files.createTempFile("mien-", ".log");
      Files.writeString(log, "mien " + dev.mien.training.run.CodeVersion.current() + ", JDK " + Runtime.version() + "\n" + trace);
      say("unexpected " + oneLine(what) + " (please report it with " + log + ")");
    } catch (IOException unwritable) {
      say("unexpected " + oneLine(what));
      System.err.print(trace);
    }
    return FAILED;
  }

  private static String oneLine(String message) {
    return message == null ? "unknown error" : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static void say(String line) {
    System.err.println("mien: " + line);
  }
}
