package dev.mien.training.age;

import dev.mien.training.command.CommandRunner;
import dev.mien.training.loop.RunOptions;
import dev.mien.training.loop.TrainCommand;
import dev.mien.training.loop.TrainingRun;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien train age}: trains an age network with the AMR loss (paper, Table 1: FG-NET MAE 3.61, CLAP2016 epsilon-error 0.3882 with
 * ImageNet weights and, as released, the best epoch on test; neither was repeated here).
 */
@Command(name = "age", description = "Train an age model; without options, on synthetic faces in minutes.",
    footer = {"", "Examples:", "  ./mien train age", "  ./mien train age --data utkface:UTKFace.zip --preset small",
        "  ./mien train age --preset paper --plan --checkpointing",
        "  ./mien train age --resume runs/age-20261122-101500-2026"})
public final class TrainAge extends TrainCommand<AgeSettings> {
  @Mixin
  private AgeOptions options = new AgeOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "tiny",
      description = "smoke (seconds), tiny (minutes), ablation (64 px, at most 5 minutes), small (real faces, at most 40 minutes), "
          + "paper (ResNet-50, 224 px, 100 epochs).")
  private String preset;

  @Mixin
  private RunOptions runOptions = new RunOptions();

  @Override
  protected RunOptions runOptions() {
    return runOptions;
  }

  @Override
  protected AgeRun run(TrainingRun.Desk desk) {
    return new AgeRun(desk);
  }

  @Override
  protected AgeSettings settings() {
    return options.over(AgePresets.named(preset));
  }

  @Override
  protected String data() {
    return options.data();
  }

  @Override
  protected List<String> givenBesideData() {
    return options.givenBesideData();
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new TrainAge(), arguments));
  }
}
