package dev.mien.training.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Path;
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

  /**
   * @param wanted the task of the command that reads the run in {@code folder}
   * @throws MienException when it is another's
   */
  public void requireTask(String wanted, Path folder) {
    if (!task.equals(wanted)) {
      throw new MienException("the run in " + folder + " is of task '" + task + "', not of " + wanted);
    }
  }

  /**
   * @param hash of the data that lie at {@code place} now
   * @throws MienException when they are not those that the run in {@code folder} began with
   */
  public void requireData(String hash, String place, Path folder) {
    if (!hash.equals(dataHash)) {
      throw new MienException("the data " + place + " are not those the run " + folder + " began with (hash " + hash.substring(0, 12) + ", then "
          + dataHash.substring(0, 12) + "); give their place with --data");
    }
  }

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
