package dev.mien.training.face;

import dev.mien.engine.tensor.MienException;
import dev.mien.training.facedata.LandmarkFile;
import dev.mien.training.facedata.PictureList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pictures are aligned and where each face goes, decided before anything is written.
 *
 * @param tasks to do
 * @param skipped pictures without landmarks, or whose face would go where another's goes
 * @param kept faces that are there already
 */
record AlignPlan(List<Task> tasks, List<Skipped> skipped, int kept, Format format) {
  /** Of the files written. */
  enum Format {
    PNG, JPG;

    String ending() {
      return this == PNG ? ".png" : ".jpg";
    }
  }

  /** The options that decide. */
  record Target(Path in, Path out, Format format, boolean resume, boolean force) {}

  /** One picture, by its number in the list, and the file of its face. */
  record Task(int picture, Path file) {}

  /**
   * Decides.
   *
   * @param landmarks null where none are needed
   * @throws MienException when a face is there already and may not be overwritten, when the folders contain one another, or when no
   *     picture has landmarks
   */
  static AlignPlan of(PictureList pictures, Target target, LandmarkFile landmarks) throws IOException {
    requireApart(target);
    var tasks = new ArrayList<Task>();
    var skipped = new ArrayList<Skipped>();
    var taken = new HashMap<Path, String>();
    var present = new ArrayList<Path>();
    for (int i = 0; i < pictures.size(); i++) {
      var name = pictures.name(i);
      var file = target.out.resolve(name.replaceFirst("\\.[^./]+$", "") + target.format.ending());
      var why = landmarks != null && landmarks.find(name).isEmpty() ? "has no landmarks in " + landmarks : taken(taken, file, name);
      if (why != null) {
        skipped.add(new Skipped(name, why));
      } else if (!target.force && Files.exists(file)) {
        present.add(file);
      } else {
        tasks.add(new Task(i, file));
      }
    }
    if (!present.isEmpty() && !target.resume) {
      throw new MienException("[align] " + target.out + " holds " + present.size() + " of the faces already, such as " + present.getFirst()
          + "; --resume keeps them and does the rest, --force overwrites them");
    }
    if (landmarks != null && tasks.isEmpty() && present.isEmpty()) {
      throw new MienException("[align] no picture has landmarks: a picture is called " + pictures.name(0) + ", a line of " + landmarks
          + " is about " + landmarks.names().stream().min(String::compareTo).orElseThrow()
          + "; expected the path below the folder of --in");
    }
    return new AlignPlan(List.copyOf(tasks), skipped, present.size(), target.format);
  }

  private static String taken(Map<Path, String> taken, Path file, String name) {
    var other = taken.putIfAbsent(file, name);
    return other == null ? null : "its face would replace that of " + other + "; rename one of them";
  }

  /** Faces written among the pictures would be pictures themselves next time, or would replace them. */
  private static void requireApart(Target target) throws IOException {
    var in = Files.isDirectory(target.in) ? target.in.toRealPath() : target.in.toRealPath().getParent();
    var out = target.out.toAbsolutePath().normalize();
    for (var folder = out; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder)) {
        out = folder.toRealPath().resolve(folder.relativize(out));
        break;
      }
    }
    if (out.equals(in) || Files.isDirectory(target.in) && (out.startsWith(in) || in.startsWith(out))) {
      throw new MienException("[align] --out " + target.out + " and the pictures of --in " + target.in
          + " lie in one another; give --out a folder of its own");
    }
  }
}
