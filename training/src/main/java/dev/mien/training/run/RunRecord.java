package dev.mien.training.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;

/**
 * What a run was made from; stands in {@code run.json} and never changes after the run has begun.
 *
 * @param format version of the run folder, {@link RunFolder#FORMAT}
 * @param task what is trained: {@code age}
 * @param codeVersion the code, {@link CodeVersion#current()}
 * @param created when the run began, ISO 8601
 * @param seed the seed of every random stream
 * @param preset name of the preset that the options began with
 * @param options every option as resolved: preset, then what the user overrode
 * @param arguments the command line as typed, without {@code mien}
 * @param dataHash SHA-256 over the names, labels and contents of the data, hexadecimal
 * @param machine what it runs on
 */
@JsonPropertyOrder({"format", "task", "codeVersion", "created", "seed", "preset", "options", "arguments", "dataHash", "machine"})
public record RunRecord(int format, String task, String codeVersion, String created, long seed, String preset,
    Map<String, Object> options, List<String> arguments, String dataHash, Machine machine) {
  public RunRecord {
    options = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(options));
    arguments = List.copyOf(arguments);
  }

  /** A record of this format, code, moment and machine. */
  public static RunRecord of(String task, Plan plan, String dataHash) {
    String now = java.time.OffsetDateTime.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
    return new RunRecord(RunFolder.FORMAT, task, CodeVersion.current(), now, plan.seed, plan.preset, plan.options, plan.arguments,
        dataHash, Machine.current());
  }

  /** What the user asked for: seed, preset, resolved options, and the arguments as typed. */
  public record Plan(long seed, String preset, Map<String, Object> options, List<String> arguments) {}

  /** The command that begins the same run again. */
  public String command() {
    return command(arguments);
  }

  /** The command of these arguments, quoted for a shell. */
  public static String command(List<String> arguments) {
    return "./mien " + String.join(" ", arguments.stream().map(RunRecord::quoted).toList());
  }

  private static String quoted(String argument) {
    return argument.matches("[\\w@%+=:,./-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
  }
}
