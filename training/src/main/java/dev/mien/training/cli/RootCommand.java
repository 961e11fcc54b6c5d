package dev.mien.training.cli;

import dev.mien.training.command.MienVersion;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The word {@code mien} alone: shows the help. */
@Command(name = "mien", mixinStandardHelpOptions = true, versionProvider = MienVersion.class, usageHelpAutoWidth = true,
    synopsisHeading = "Usage: ", synopsisSubcommandLabel = "COMMAND", descriptionHeading = "%n",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    description = "Learns from faces: trains, measures and uses age models, in pure Java.",
    footer = {"", "  ./mien bench [OPTIONS]    measures the kernels and the model steps, and with --peers other engines beside them", "",
        "Environment: MIEN_JAVA_HOME names the JDK 25 to use, MIEN_JAVA_OPTIONS adds options for the JVM."})
final class RootCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return 0;
  }
}
