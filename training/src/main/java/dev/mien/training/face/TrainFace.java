package dev.mien.training.face;

import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.run.RunFolder;
import java.nio.file.Path;
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
public final class TrainFace extends MienCommand {
  @Mixin
  private FaceOptions options = new FaceOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "tiny",
      description = "smoke (seconds), tiny (minutes), ablation (at most 5 minutes), small (real faces, at most an hour), paper (IR-18, batch 512, "
          + "26 epochs).")
  private String preset;

  @Option(names = "--out", paramLabel = "DIR", description = "Run folder to make; default runs/face-TIME-SEED.")
  private Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Go on with a run that was stopped, to the same bits.")
  private Path resume;

  @Option(names = "--checkpoint-seconds", paramLabel = "S", defaultValue = "60",
      description = "Save at least so often; also after each epoch and on Ctrl-C.")
  private double checkpointSeconds;

  @Option(names = "--checkpointing", description = "Keep the inputs of the network's blocks alone and run the blocks again in backward: "
      + "less memory, about a third more time, the same numbers.")
  private boolean checkpointing;

  @Option(names = "--plan", description = "Print how much memory the training would need, and train nothing.")
  private boolean plan;

  @Override
  protected Object execute(Console console) {
    if (!(checkpointSeconds >= 0)) {
      reject("--checkpoint-seconds must be 0 or more, got " + checkpointSeconds);
    }
    var run = new FaceRun(console, deviceName(), threads(), checkpointSeconds).recomputing(checkpointing);
    if (plan) {
      return plan(run);
    }
    if (resume == null) {
      var settings = options.over(FacePresets.named(preset));
      return run.begin(settings, out != null ? out : RunFolder.defaultPath("face", settings.seed()), givenArguments());
    }
    var given = options.givenBesideData();
    if (isGiven("--preset")) {
      given.add("--preset");
    }
    if (out != null) {
      given.add("--out");
    }
    if (!given.isEmpty()) {
      reject("a resumed run keeps its options, so leave out " + String.join(", ", given));
    }
    return run.resume(resume, options.data());
  }

  private Object plan(FaceRun run) {
    if (!deviceName().equals("cpu")) {
      reject("--plan knows the device cpu, not " + deviceName());
    }
    return run.plan(resume == null ? options.over(FacePresets.named(preset)) : FaceRun.settings(resume));
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new TrainFace(), arguments));
  }
}
