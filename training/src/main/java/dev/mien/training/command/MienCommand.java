package dev.mien.training.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Base of the commands: the options they share, and one method to fill in.
 *
 * <p>A subclass carries {@code @Command(name = "age", description = "...")}, its own {@code @Option} fields, and
 * {@link #execute}. It throws {@link dev.mien.engine.tensor.MienException} for what the user can mend (one line, exit code 2) and
 * calls {@link #reject} for an option that does not fit. Its package is opened to {@code info.picocli} in
 * {@code module-info.java}, and {@code cli.Main} names it.
 */
@Command(mixinStandardHelpOptions = true, versionProvider = MienVersion.class, usageHelpAutoWidth = true, sortOptions = false,
    synopsisHeading = "Usage: ", descriptionHeading = "%n", parameterListHeading = "%n", optionListHeading = "%nOptions:%n",
    showDefaultValues = true)
public abstract class MienCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Option(names = "--json", order = 90, showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Print one machine-readable object on standard output; everything else goes to standard error.")
  private boolean json;

  @Option(names = "--device", order = 91, paramLabel = "NAME", defaultValue = "cpu",
      description = "Where to compute: cpu, reference (float64, slow), opencl:N.")
  private String device;

  @Option(names = "--threads", order = 92, paramLabel = "N", defaultValue = "0",
      description = "Worker threads; 0 takes one per processor. The results do not depend on it.")
  private int threads;

  /**
   * Does the work.
   *
   * @return what {@code --json} prints, a record or a map with stable keys; without {@code --json} it is not printed
   */
  protected abstract Object execute(Console console) throws Exception;

  /** Runs {@link #execute} and prints its result when {@code --json} was given; for picocli. */
  @Override
  public final Integer call() throws Exception {
    if (threads < 0) {
      reject("--threads must be 0 or more, got " + threads);
    }
    var console = new Console(System.out, System.err, json);
    Object result = execute(console);
    if (json) {
      console.printJson(result);
    }
    return exitCode();
  }

  /** The exit code after {@link #execute} has returned; done, unless a command knows better. */
  protected int exitCode() {
    return CommandRunner.OK;
  }

  /** Whether one machine-readable object is asked for. */
  protected final boolean json() {
    return json;
  }

  /** The name for {@code Device.open}. */
  protected final String deviceName() {
    return device;
  }

  /** Worker threads asked for; 0 means one per processor. */
  protected final int threads() {
    return threads;
  }

  /** The options as given, for the run record and for the command to repeat. */
  protected final java.util.List<String> givenArguments() {
    return spec.commandLine().getParseResult().originalArgs();
  }

  /** Whether the user named this option, rather than leaving its default. */
  protected final boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** Ends the command with one line and exit code 2: an option that does not fit. */
  protected final ParameterException reject(String message) {
    throw new ParameterException(spec.commandLine(), message);
  }
}
