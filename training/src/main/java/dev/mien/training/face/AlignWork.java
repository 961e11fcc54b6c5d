package dev.mien.training.face;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FaceAligner;
import dev.mien.models.face.FivePoints;
import dev.mien.models.image.ImageEncoder;
import dev.mien.models.image.RgbImage;
import dev.mien.training.facedata.LandmarkFile;
import dev.mien.training.facedata.PictureList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The work on each picture of an {@link AlignPlan}, for several threads at once; a picture in memory for each of them. */
final class AlignWork {
  private static final double JPEG_QUALITY = 0.95;

  private final PictureList pictures;
  private final AlignPlan plan;
  private final Cutter cutter;
  private final Map<Path, Boolean> folders = new ConcurrentHashMap<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private int written;

  /** Makes the face of a picture; what it throws is why the picture is skipped. */
  @FunctionalInterface
  interface Cutter {
    RgbImage face(RgbImage picture, String name);
  }

  AlignWork(PictureList pictures, AlignPlan plan, Cutter cutter) {
    this.pictures = pictures;
    this.plan = plan;
    this.cutter = cutter;
  }

  static Cutter centred(FaceAligner aligner, double share) {
    return (picture, _) -> aligner.cropCentred(picture, share);
  }

  static Cutter byPoints(FaceAligner aligner, LandmarkFile landmarks) {
    return (picture, name) -> {
      var entry = landmarks.find(name).orElseThrow();
      try {
        var points = entry.points();
        if (!touches(points, picture)) {
          throw new IllegalArgumentException("no point lies inside the picture of " + picture.width() + " x " + picture.height());
        }
        return aligner.align(picture, points);
      } catch (IllegalArgumentException e) {
        throw new MienException(landmarks + " line " + entry.line() + ": " + e.getMessage(), e);
      }
    };
  }

  private static boolean touches(FivePoints points, RgbImage picture) {
    var xy = points.toArray();
    for (int i = 0; i < xy.length; i += 2) {
      if (xy[i] > -0.5 && xy[i] < picture.width() - 0.5 && xy[i + 1] > -0.5 && xy[i + 1] < picture.height() - 0.5) {
        return true;
      }
    }
    return false;
  }

  /** Reads, cuts and writes one; a picture that gives no face is noted, a face that cannot be written is thrown. */
  void align(int index) {
    var task = plan.tasks().get(index);
    var name = pictures.name(task.picture());
    RgbImage face;
    try {
      face = cutter.face(pictures.read(task.picture()), name);
    } catch (MienException e) {
      synchronized (this) {
        skipped.add(new Skipped(name, e.getMessage()));
      }
      return;
    }
    var bytes = plan.format() == AlignPlan.Format.PNG ? ImageEncoder.png(face) : ImageEncoder.jpeg(face, JPEG_QUALITY);
    prepare(task.file().getParent());
    DurableFiles.write(task.file(), out -> out.write(bytes));
    synchronized (this) {
      written++;
    }
  }

  /** Makes the folder and clears it of what a killed run left. */
  private void prepare(Path folder) {
    folders.computeIfAbsent(folder, f -> {
      try {
        Files.createDirectories(f);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      DurableFiles.cleanStale(f);
      return true;
    });
  }

  /** Pictures that were written or skipped so far. */
  synchronized int handled() {
    return written + skipped.size();
  }

  /** What has been done in all; skipped pictures by name. */
  synchronized AlignFaces.Outcome outcome(double seconds) {
    var all = new ArrayList<>(plan.skipped());
    all.addAll(skipped);
    all.sort(Comparator.comparing(Skipped::file));
    return new AlignFaces.Outcome(written, plan.kept(), plan.tasks().size() - handled(), all, seconds);
  }
}
