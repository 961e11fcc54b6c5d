package dev.mien.training.agegender;

import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.loop.RunOptions;
import dev.mien.training.loop.StepMemory;
import dev.mien.training.loop.TrainCommand;
import dev.mien.training.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien train age-gender}: trains an attentional network of age and gender (Abdolrashidi et al. 2020; its figures, gender 96.5 % and age group
 * 91.3 % of an ensemble on UTKFace, cannot be held against these: its groups and split are not known).
 */
@Command(name = "age-gender", description = "Train a model of age and gender; without options, on synthetic faces in minutes.",
    footer = {"", "Examples:", "  ./mien train age-gender", "  ./mien train age-gender --data utkface:UTKFace.zip --preset small",
        "  ./mien train age-gender --model resnet-tiny --tasks gender", "  ./mien train age-gender --resume runs/age-gender-20261127-101500-2026"})
public final class TrainAgeGender extends TrainCommand {
  @Mixin
  private AgeGenderOptions options = new AgeGenderOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "tiny",
      description = "smoke (seconds), tiny (minutes), ablation (at most 5 minutes), small (real faces, at most an hour), paper (Attention-56, 224 px, 100 "
          + "epochs).")
  private String preset;

  @Mixin
  private RunOptions runOptions = new RunOptions();

  @Override
  protected RunOptions runOptions() {
    return runOptions;
  }

  private AgeGenderRun run(Console console) {
    return new AgeGenderRun(console, deviceName(), threads(), runOptions.checkpointSeconds()).recomputing(runOptions.checkpointing());
  }

  private AgeGenderSettings settings() {
    return options.over(AgeGenderPresets.named(preset));
  }

  @Override
  protected AgeGenderOutcome begin(Console console, Path folder) {
    var settings = settings();
    return run(console).begin(settings, folder != null ? folder : RunFolder.defaultPath("age-gender", settings.seed()), givenArguments());
  }

  @Override
  protected AgeGenderOutcome resume(Console console, Path run) {
    return run(console).resume(run, options.data());
  }

  @Override
  protected StepMemory plan(Console console, Path run) {
    return run(console).plan(run == null ? settings() : AgeGenderRun.settings(run));
  }

  @Override
  protected List<String> givenBesideData() {
    return options.givenBesideData();
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new TrainAgeGender(), arguments));
  }
}
