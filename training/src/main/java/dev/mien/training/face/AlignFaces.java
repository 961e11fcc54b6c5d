package dev.mien.training.face;

import dev.mien.models.face.FaceAligner;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.Interrupt;
import dev.mien.training.command.MienCommand;
import dev.mien.training.data.EachOnce;
import dev.mien.training.facedata.LandmarkFile;
import dev.mien.training.facedata.PictureList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien align}: cuts faces out of pictures, as face networks expect them. */
@Command(name = "align", description = "Cut faces out of pictures by their landmarks, or out of the middle, as face networks expect them.",
    footer = {"", "A line of the landmarks is NAME x1 y1 ... x5 y5 [SCORE], in pixels of the", "upright picture, with blanks, tabs or commas between: left eye, right eye,",
        "nose, left and right corner of the mouth as the picture shows them. Or it has", "68 points, or is a JSON object:",
        "{\"file\": NAME, \"points\": [[x1, y1], ...], \"score\": SCORE}", "",
        "Examples:", "  ./mien align --in photos --landmarks photos.csv --out aligned",
        "  ./mien align --in loose_crop --landmarks ijbc_name_5pts_score.txt --out ijbc",
        "  ./mien align --in faces --crop centred:0.8 --out cropped"})
public final class AlignFaces extends MienCommand {
  @Option(names = "--in", required = true, paramLabel = "FOLDER|LIST|FILE",
      description = "Pictures: a folder or .zip with sub-folders, a text file with a path a line, or one picture.")
  private Path in;

  @Option(names = "--landmarks", paramLabel = "FILE", description = "Landmarks; its names are paths below the folder of --in.")
  private Path landmarks;

  @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the faces go, in the same sub-folders.")
  private Path out;

  @Option(names = "--side", paramLabel = "PIXELS", defaultValue = "112", description = "Width and height of the faces.")
  private int side;

  @Option(names = "--crop", paramLabel = "centred:SHARE",
      description = "In place of landmarks: the middle square of this share (0..1) of the shorter side, for faces that are aligned or centred.")
  private String crop;

  @Option(names = "--fit", paramLabel = "closed|inverted", defaultValue = "closed",
      description = "Least squares in the face's pixels (closed), or in the picture's and then inverted, as AdaFace's code does.")
  private Fit fit;

  @Option(names = "--sampling", paramLabel = "mean|plain", defaultValue = "mean",
      description = "Large faces: the mean of all pixels that come together (mean), or four of them, as OpenCV warps (plain).")
  private Sampling sampling;

  @Option(names = "--format", paramLabel = "png|jpg", defaultValue = "png", description = "Of the faces; JPEG has quality 95.")
  private AlignPlan.Format format;

  @Option(names = "--resume", description = "Keep the faces that are there already and do the rest.")
  private boolean resume;

  @Option(names = "--force", description = "Overwrite faces that are there already.")
  private boolean force;

  private boolean nothing;

  /** The two ways to fit. */
  enum Fit { CLOSED, INVERTED }

  /** The two ways to reduce. */
  enum Sampling { MEAN, PLAIN }

  /**
   * What {@code --json} prints.
   *
   * @param kept faces that were there already
   * @param unfinished pictures that Ctrl-C left for {@code --resume}
   */
  public record Outcome(int written, int kept, int unfinished, List<Skipped> skipped, double seconds) {}

  @Override
  protected Object execute(Console console) throws IOException {
    long began = System.nanoTime();
    if (force && resume) {
      reject("--force overwrites what --resume keeps; give one of them");
    }
    if ((landmarks == null) == (crop == null)) {
      reject("give either --landmarks FILE or --crop centred:SHARE");
    }
    var aligner = aligner();
    double share = crop == null ? Double.NaN : share();
    var points = landmarks == null ? null : LandmarkFile.read(landmarks);
    try (var pictures = PictureList.open(List.of(in)); var interrupt = Interrupt.listen()) {
      var plan = AlignPlan.of(pictures, new AlignPlan.Target(in, out, format, resume, force), points);
      Files.createDirectories(out);
      var work = new AlignWork(pictures, plan, points == null ? AlignWork.centred(aligner, share) : AlignWork.byPoints(aligner, points));
      align(work, plan.tasks().size(), interrupt, console);
      var outcome = work.outcome((System.nanoTime() - began) / 1e9);
      print(console, outcome);
      return outcome;
    }
  }

  private void align(AlignWork work, int count, Interrupt interrupt, Console console) {
    if (count == 0) {
      return;
    }
    try (var progress = console.progress("align", count, "pictures", 0)) {
      var shown = new int[1];
      EachOnce.run("aligning faces", count, threads() > 0 ? threads() : Runtime.getRuntime().availableProcessors(), (_, _) -> {
        int done = work.handled();
        progress.step(done - shown[0]);
        shown[0] = done;
      }, i -> {
        if (!interrupt.requested()) {
          work.align(i);
        }
      });
    }
  }

  private FaceAligner aligner() {
    try {
      var aligner = FaceAligner.of(side);
      aligner = fit == Fit.INVERTED ? aligner.inverted() : aligner;
      return sampling == Sampling.PLAIN ? aligner.plainBilinear() : aligner;
    } catch (IllegalArgumentException e) {
      throw reject("--side: " + e.getMessage());
    }
  }

  private double share() {
    double share = crop.matches("centred:[0-9.]{1,12}") ? parsed(crop.substring(8)) : Double.NaN;
    if (!(share > 0 && share <= 1)) {
      reject("--crop is centred:SHARE with a share above 0 and at most 1 of the picture's shorter side, for example centred:0.8, got " + crop);
    }
    return share;
  }

  private static double parsed(String number) {
    try {
      return Double.parseDouble(number);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private void print(Console console, Outcome outcome) {
    outcome.skipped().forEach(s -> console.note("skipped " + s.file() + ": " + s.why()));
    console.printf("%d faces of %d x %d written to %s%s, %d pictures skipped, %.1f s", outcome.written(), side, side, out,
        outcome.kept() == 0 ? "" : ", " + outcome.kept() + " kept", outcome.skipped().size(), outcome.seconds());
    if (outcome.unfinished() > 0) {
      console.note("stopped with " + outcome.unfinished() + " pictures to do; the same command with --resume goes on");
    }
    nothing = outcome.written() + outcome.kept() + outcome.unfinished() == 0;
  }

  /** No picture gave a face: the command failed for a reason that the user can mend. */
  @Override
  protected int exitCode() {
    return nothing ? CommandRunner.USAGE : CommandRunner.OK;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new AlignFaces(), arguments));
  }
}
