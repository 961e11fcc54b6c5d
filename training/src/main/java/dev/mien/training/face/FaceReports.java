package dev.mien.training.face;

import dev.mien.training.facedata.FaceSource;
import dev.mien.training.run.RunFolder;
import java.util.List;

/** What people see of a finished run. */
final class FaceReports {
  private FaceReports() {}

  static void write(RunFolder run, FaceSource source, List<FaceEvaluator.Scored> scored, FaceTrainer.Quality quality, FaceOutcome outcome) {
  }
}
