package dev.mien.training.loop;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What becomes of a training, for every command that trains; nothing here changes its numbers. */
public final class RunOptions {
  @Option(names = "--out", paramLabel = "DIR", description = "Run folder to make; default runs/TASK-TIME-SEED.")
  Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Go on with a run that was stopped, to the same bits.")
  Path resume;

  @Option(names = "--checkpoint-seconds", paramLabel = "S", defaultValue = "60",
      description = "Save at least so often; also after each epoch and on Ctrl-C.")
  double checkpointSeconds;

  @Option(names = "--checkpointing", description = "Keep the inputs of the network's blocks alone and run the blocks again in backward: "
      + "less memory, about a third more time, the same numbers.")
  boolean checkpointing;

  @Option(names = "--plan", description = "Print how much memory the training would need, and train nothing.")
  boolean plan;
}
