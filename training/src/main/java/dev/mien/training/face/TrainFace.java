package dev.mien.training.face;

import dev.mien.training.command.CommandRunner;
import dev.mien.training.loop.RunOptions;
import dev.mien.training.loop.TrainCommand;
import dev.mien.training.loop.TrainingRun;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien train face}: trains a face recogniser with the AdaFace margin (paper, tables 1-4: IR-18 on CASIA-WebFace, LFW 99.13; not repeated
 * here).
 */
@Command(name = "face", description = "Train a face recogniser; without options, on drawn people in minutes.",
    footer = {"", "Examples:", "  ./mien train face", "  ./mien train face --data lfw:lfw --preset small",
        "  ./mien train face --preset paper --plan --checkpointing",
        "  ./mien train face --resume runs/face-20261126-101500-2026"})
public final class TrainFace extends TrainCommand<FaceSettings> {
  @Mixin
  private FaceOptions options = new FaceOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "tiny",
      description = "smoke (seconds), tiny (minutes), ablation (at most 5 minutes), small (real faces, at most an hour), paper (IR-18, batch 512, "
          + "26 epochs).")
  private String preset;

  @Mixin
  private RunOptions runOptions = new RunOptions();

  @Override
  protected RunOptions runOptions() {
    return runOptions;
  }

  @Override
  protected FaceRun run(TrainingRun.Desk desk) {
    return new FaceRun(desk);
  }

  @Override
  protected FaceSettings settings() {
    return options.over(FacePresets.named(preset));
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
    System.exit(CommandRunner.run(new TrainFace(), arguments));
  }
}
