package dev.mien.training.age;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.MienCommand;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of a user: each is one line on standard error that names it, exit code 2, and nothing written. */
class BadInputTest {
  /** A run that ended well, made once and copied by the tests that damage one. */
  @TempDir
  static Path shared;

  private static Path finished;

  @TempDir
  Path folder;

  @BeforeAll
  static void train() {
    finished = shared.resolve("run");
    var done = Capture.of(() -> CommandRunner.run(new TrainAge(), "--preset", "smoke", "--data", "synthetic:60", "--batch", "8", "--epochs",
        "1", "--out", finished.toString()));
    assertEquals(0, done.code(), done.err());
  }

  @Test
  void aFolderThatIsMissing() throws Exception {
    var line = refused(TrainAge::new, "--data", "utkface:" + folder.resolve("nowhere"), "--out", out());
    assertTrue(line.contains(folder.resolve("nowhere").toString()), line);
  }

  @Test
  void aFolderThatIsEmpty() throws Exception {
    var empty = Files.createDirectory(folder.resolve("empty"));
    for (var kind : List.of("utkface", "fgnet", "appareal", "folder", "csv")) {
      refused(TrainAge::new, "--data", kind + ":" + empty, "--out", out());
    }
  }

  @Test
  void anArchiveThatIsCutOff() throws Exception {
    var zip = folder.resolve("faces.zip");
    try (var to = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (int i = 0; i < 40; i++) {
        to.putNextEntry(new ZipEntry(i + "_0_0_2017010100000" + (1000 + i) + ".jpg"));
        to.write(picture(i));
        to.closeEntry();
      }
    }
    byte[] whole = Files.readAllBytes(zip);
    for (double share : new double[] {0, 0.01, 0.5, 0.99}) {
      Files.write(zip, Arrays.copyOf(whole, (int) (whole.length * share)));
      var line = refused(TrainAge::new, "--data", "utkface:" + zip, "--out", out());
      assertTrue(line.contains("faces.zip"), line);
    }
  }

  @Test
  void aRunFolderOfAnotherVersion() throws Exception {
    var run = copyOfRun();
    var record = run.resolve("run.json");
    Files.writeString(record, Files.readString(record).replaceFirst("\"format\" : \\d+", "\"format\" : 99"));
    var line = refused(TrainAge::new, "--resume", run.toString());
    assertTrue(line.contains("version 99"), line);
  }

  @Test
  void aFolderThatIsNoRun() throws Exception {
    refused(TrainAge::new, "--resume", Files.createDirectory(folder.resolve("other")).toString());
    refused(TrainAge::new, "--resume", folder.resolve("nowhere").toString());
    refused(EvalAge::new, "--run", folder.resolve("nowhere").toString(), "--data", "synthetic:20");
  }

  @Test
  void aCheckpointWithAFlippedBit() throws Exception {
    var run = copyOfRun();
    try (var checkpoints = Files.newDirectoryStream(run.resolve("checkpoints"), "step-*")) {
      checkpoints.forEach(file -> flip(file, 0.6));
    }
    var line = refused(TrainAge::new, "--resume", run.toString());
    assertTrue(line.contains("step-"), line);
  }

  @Test
  void aModelWithAFlippedBit() throws Exception {
    var run = copyOfRun();
    flip(run.resolve("model.safetensors"), 0.7);
    refused(EvalAge::new, "--run", run.toString(), "--data", "synthetic:20");
    refused(PredictAge::new, Files.write(folder.resolve("a.png"), picture(1)).toString(), "--run", run.toString());
  }

  @Test
  void namesThatDoNotExist() throws Exception {
    assertTrue(refused(TrainAge::new, "--preset", "huge", "--out", out()).contains("smoke, tiny, ablation, small, paper"));
    assertTrue(refused(TrainAge::new, "--model", "resnet19", "--out", out()).contains("resnet18"));
    assertTrue(refused(TrainAge::new, "--loss", "amrr", "--out", out()).contains("mean-variance"));
    assertTrue(refused(TrainAge::new, "--data", "mnist:x", "--out", out()).contains("utkface"));
    assertTrue(refused(TrainAge::new, "--device", "tpu", "--data", "synthetic:60", "--out", out()).contains("reference"));
    assertTrue(refused(TrainAge::new, "--epoch", "3", "--out", out()).contains("--epochs"));
  }

  @Test
  void aBatchLargerThanTheData() throws Exception {
    var line = refused(TrainAge::new, "--preset", "smoke", "--data", "synthetic:60", "--batch", "500", "--out", out());
    assertTrue(line.contains("500"), line);
  }

  @Test
  void numbersOutOfRange() throws Exception {
    for (var option : List.of("--epochs", "--batch", "--size")) {
      refused(TrainAge::new, "--data", "synthetic:60", option, "0", "--out", out());
      refused(TrainAge::new, "--data", "synthetic:60", option, "-3", "--out", out());
      refused(TrainAge::new, "--data", "synthetic:60", option, "many", "--out", out());
    }
    refused(TrainAge::new, "--data", "synthetic:60", "--threads", "-1", "--out", out());
    refused(TrainAge::new, "--data", "synthetic:60", "--learning-rate", "-1", "--out", out());
    refused(TrainAge::new, "--data", "synthetic:0", "--out", out());
  }

  @Test
  void labelsOutsideTheRange() throws Exception {
    var csv = new StringBuilder("file,age\n");
    for (int i = 0; i < 30; i++) {
      Files.write(folder.resolve("p" + i + ".png"), picture(i));
      csv.append("p").append(i).append(".png,").append(i == 17 ? "-4" : "30").append('\n');
    }
    Files.writeString(folder.resolve("ages.csv"), csv);
    refused(TrainAge::new, "--data", "csv:" + folder, "--max-broken", "0", "--out", out());
  }

  @Test
  void aRunFolderThatIsTaken() throws Exception {
    var line = refused(TrainAge::new, "--data", "synthetic:60", "--out", finished.toString());
    assertTrue(line.contains("--resume"), line);
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  /** The one line; fails when there is more, when the code is not 2, or when any file changed. */
  private String refused(Supplier<MienCommand> command, String... arguments) throws Exception {
    var before = contents();
    var said = Capture.of(() -> CommandRunner.run(command.get(), arguments));
    var lines = said.err().lines().filter(l -> l.startsWith("mien: ") && !l.startsWith("mien: warning: ")).toList();
    assertEquals(2, said.code(), String.join(" ", arguments) + " ended so:\n" + said.err());
    assertEquals(1, lines.size(), said.err());
    assertEquals("", said.out());
    assertTrue(!said.err().contains("\tat ") && !said.err().contains("Exception"), said.err());
    assertEquals(before, contents(), "something was written");
    return lines.getFirst();
  }

  /** Every file that a mistake could have touched, with its contents in short. */
  private TreeMap<String, String> contents() throws Exception {
    var found = new TreeMap<String, String>();
    for (var root : List.of(folder, shared, Path.of("runs"))) {
      if (Files.isDirectory(root)) {
        try (var files = Files.walk(root)) {
          for (var f : files.toList()) {
            found.put(f.toString(), Files.isRegularFile(f) ? Integer.toHexString(Arrays.hashCode(Files.readAllBytes(f))) : "folder");
          }
        }
      }
    }
    return found;
  }

  private Path copyOfRun() throws IOException {
    var copy = folder.resolve("run");
    try (var files = Files.walk(finished)) {
      for (var file : files.sorted().toList()) {
        Files.copy(file, copy.resolve(finished.relativize(file).toString()));
      }
    }
    return copy;
  }

  private static void flip(Path file, double where) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[(int) (bytes.length * where)] ^= 4;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] picture(int number) {
    var image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1600; i++) {
      image.setRGB(i % 40, i / 40, (number * 2654435 + i * 40503) & 0xFFFFFF);
    }
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
