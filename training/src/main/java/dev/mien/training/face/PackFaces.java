package dev.mien.training.face;

import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.command.OpeningProgress;
import dev.mien.training.facedata.FacePack;
import dev.mien.training.facedata.FaceSpec;
import dev.mien.training.loop.TrainingRun;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien pack}: packs a folder of people into a record file that trains without a file for each picture. */
@Command(name = "pack", description = "Pack a folder of people into train.rec, train.idx, train.lst and property, as InsightFace does.",
    footer = {"", "Example:", "  ./mien pack --data people --out packed", "  ./mien train face --data records:packed"})
public final class PackFaces extends MienCommand {
  @Option(names = "--data", required = true, paramLabel = "PATH", description = "A folder or a .zip with a directory for each person, all pictures of "
      + "one size; also as folder:PATH.")
  private String data;

  @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the four files appear; made when it is not there.")
  private Path out;

  @Option(names = "--max-broken", paramLabel = "N", defaultValue = "-1",
      description = "Broken pictures that are left out and named before it is an error; -1 for the larger of 10 and 1 %%.")
  private int maxBroken;

  /** What {@code --json} prints; {@code broken} says why each picture was left out. */
  public record Packed(String folder, int images, int identities, int width, int height, List<String> broken, double seconds) {}

  @Override
  protected Object execute(Console console) {
    if (maxBroken < -1) {
      reject("--max-broken must be 0 or more, or -1, got " + maxBroken);
    }
    long began = System.nanoTime();
    FacePack.Result result;
    try (var progress = new OpeningProgress(console)) {
      result = FacePack.pack(people(), out, new FacePack.Options(true, maxBroken), progress::update);
    }
    result.broken().forEach(b -> console.warn("left out: " + b));
    var property = result.property();
    console.printf("%s: %,d pictures of %,d people, %d x %d pixels, %d left out; train with --data records:%s", out, result.images(),
        property.numClasses(), property.width(), property.height(), result.broken().size(), out);
    return new Packed(out.toString(), result.images(), property.numClasses(), property.width(), property.height(), result.broken(),
        TrainingRun.seconds(began));
  }

  private Path people() {
    if (!data.regionMatches(true, 0, "folder:", 0, "folder:".length())) {
      return Path.of(data);
    }
    return FaceSpec.parse(data).paths().getFirst();
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new PackFaces(), arguments));
  }
}
