package dev.mien.bench;

import dev.mien.training.command.CommandRunner;
import java.io.IOException;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * {@code ./mien bench}: the comparison ({@link BenchCommand}), or JMH where the first word is {@code jmh} or a benchmark's name.
 */
public final class BenchMain {
  private BenchMain() {}

  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
    } else if (args.length > 0 && !args[0].startsWith("-")) {
      org.openjdk.jmh.Main.main(args);
    } else {
      System.exit(CommandRunner.run(new CommandLine(new BenchCommand()), args));
    }
  }
}
