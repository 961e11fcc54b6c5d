package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.models.face.FaceAligner;
import dev.mien.models.face.FivePoints;
import dev.mien.models.image.ImageEncoder;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.facedata.LandmarkFile;
import dev.mien.training.facedata.PictureList;
import dev.mien.training.synthetic.SyntheticFaces;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mien align} from files to files: what it writes, what it leaves out and says so, and how it goes on. */
class AlignFacesTest {
  private static final String XY = "60 70 100 71 81 95 65 120 98 119";
  private static final FivePoints POINTS = FivePoints.of(60, 70, 100, 71, 81, 95, 65, 120, 98, 119);

  @TempDir
  Path temp;

  private Path in;
  private Path out;

  @BeforeEach
  void pictures() throws Exception {
    in = temp.resolve("in");
    out = temp.resolve("out");
    Files.createDirectories(in.resolve("anna/summer"));
    for (var name : List.of("anna/1.png", "anna/summer/2.png", "3.png")) {
      Files.write(in.resolve(name), ImageEncoder.png(face(name.length())));
    }
    Files.writeString(in.resolve("notes.txt"), "no picture");
    landmarks("anna/1.png " + XY + "\nanna/summer/2.png " + XY + "\n3.png " + XY + "\n");
  }

  @Test
  void facesKeepTheirFoldersAndAreThoseOfTheAligner() throws Exception {
    var result = align(0, "--json");
    assertEquals(3, result.get("written").asInt());
    assertEquals(0, result.get("skipped").size());
    assertTrue(result.get("seconds").asDouble() > 0);
    var expected = FaceAligner.of(112).align(face("anna/summer/2.png".length()), POINTS);
    assertEquals(expected, RgbImage.read(out.resolve("anna/summer/2.png")));
    try (var files = Files.walk(out)) {
      assertEquals(3, files.filter(Files::isRegularFile).count());
    }
  }

  @Test
  void theThreadsDoNotMatter() throws Exception {
    align(0, "--threads", "1");
    byte[] one = Files.readAllBytes(out.resolve("anna/1.png"));
    align(0, "--threads", "4", "--force");
    assertArrayEquals(one, Files.readAllBytes(out.resolve("anna/1.png")));
  }

  @Test
  void everyOptionOfTheAlignerIsReached() throws Exception {
    align(0, "--fit", "inverted", "--sampling", "plain", "--side", "64");
    assertEquals(FaceAligner.of(64).inverted().plainBilinear().align(face(5), POINTS), RgbImage.read(out.resolve("3.png")));
    align(0, "--format", "jpg");
    assertEquals(112, RgbImage.read(out.resolve("3.jpg")).width());
  }

  @Test
  void theMiddleIsCutWithoutLandmarks() throws Exception {
    var said = run("--in", in.toString(), "--crop", "centred:0.5", "--out", out.toString());
    assertEquals(0, said.code(), said.err());
    assertEquals(FaceAligner.of(112).cropCentred(face(5), 0.5), RgbImage.read(out.resolve("3.png")));
  }

  @Test
  void aListAndASinglePictureWillDo() throws Exception {
    var list = Files.writeString(in.resolve("list.txt"), "anna/1.png\nanna/missing.png\n");
    var said = run("--in", list.toString(), "--landmarks", landmarks("anna/1.png " + XY + "\nanna/missing.png " + XY), "--out", out.toString());
    assertEquals(0, said.code(), said.err());
    assertTrue(Files.exists(out.resolve("anna/1.png")));
    assertTrue(said.err().contains("skipped anna/missing.png:"), said.err());
    said = run("--in", in.resolve("3.png").toString(), "--landmarks", landmarks("3.png " + XY), "--out", out.toString());
    assertEquals(0, said.code(), said.err());
    assertTrue(Files.exists(out.resolve("3.png")));
  }

  @Test
  void anArchiveIsReadInPlace() throws Exception {
    var zip = temp.resolve("faces.zip");
    try (var to = new ZipOutputStream(Files.newOutputStream(zip))) {
      to.putNextEntry(new ZipEntry("anna/1.png"));
      to.write(ImageEncoder.png(face(10)));
      to.closeEntry();
    }
    var said = run("--in", zip.toString(), "--landmarks", temp.resolve("landmarks.txt").toString(), "--out", out.toString());
    assertEquals(0, said.code(), said.err());
    assertEquals(FaceAligner.of(112).align(face(10), POINTS), RgbImage.read(out.resolve("anna/1.png")));
  }

  @Test
  void whatIsSkippedIsNamed() throws Exception {
    Files.write(in.resolve("broken.jpg"), new byte[] {(byte) 0xFF, (byte) 0xD8, 1, 2});
    Files.write(in.resolve("3.ppm"), "P6 1 1 255\n...".getBytes(StandardCharsets.US_ASCII));
    Files.write(in.resolve("far.png"), ImageEncoder.png(face(1)));
    Files.write(in.resolve("flat.png"), ImageEncoder.png(face(1)));
    Files.write(in.resolve("none.png"), ImageEncoder.png(face(1)));
    landmarks("anna/1.png " + XY + "\n3.png " + XY + "\n3.ppm " + XY + "\nbroken.jpg " + XY
        + "\nfar.png 1060 1070 1100 1071 1081 1095 1065 1120 1098 1119\nflat.png 5 5 5 5 5 5 5 5 5 5\n");
    var result = align(0, "--json");
    assertEquals(2, result.get("written").asInt());
    var why = new java.util.TreeMap<String, String>();
    result.get("skipped").forEach(s -> why.put(s.get("file").asText(), s.get("why").asText()));
    assertEquals(List.of("3.ppm", "anna/summer/2.png", "broken.jpg", "far.png", "flat.png", "none.png"), List.copyOf(why.keySet()));
    assertTrue(why.get("3.ppm").contains("would replace that of 3.png"), why.toString());
    assertTrue(why.get("none.png").contains("no landmarks"), why.toString());
    assertTrue(why.get("far.png").contains("landmarks.txt line 5: no point lies inside the picture of 160 x 200"), why.toString());
    assertTrue(why.get("flat.png").contains("landmarks.txt line 6: both eyes"), why.toString());
    assertFalse(Files.exists(out.resolve("broken.png")));
  }

  @Test
  void aFaceThatLeavesThePictureIsBlackThere() throws Exception {
    landmarks("3.png -20 70 20 71 1 95 -15 120 18 119\n");
    align(0);
    var face = RgbImage.read(out.resolve("3.png"));
    assertEquals(0, face.red(3, 60) + face.green(3, 60) + face.blue(3, 60));
    assertTrue(face.red(100, 60) + face.green(100, 60) + face.blue(100, 60) > 0);
  }

  @Test
  void nothingIsOverwrittenUnasked() throws Exception {
    align(0);
    var mine = "mine".getBytes(StandardCharsets.US_ASCII);
    Files.write(out.resolve("3.png"), mine);
    Files.delete(out.resolve("anna/1.png"));
    assertTrue(refused().contains("--resume"));
    assertFalse(Files.exists(out.resolve("anna/1.png")));
    Files.write(out.resolve("anna/.1.png.999999999-1-1.mien-tmp"), mine); // left by a process that was killed
    var result = align(0, "--resume", "--json");
    assertEquals(1, result.get("written").asInt());
    assertEquals(2, result.get("kept").asInt());
    assertArrayEquals(mine, Files.readAllBytes(out.resolve("3.png")));
    assertFalse(Files.exists(out.resolve("anna/.1.png.999999999-1-1.mien-tmp")));
    assertEquals(3, align(0, "--force", "--json").get("written").asInt());
    assertEquals(112, RgbImage.read(out.resolve("3.png")).width());
  }

  @Test
  void whatCtrlCLeavesIsCountedAndDoneByResume() throws Exception {
    var points = LandmarkFile.read(temp.resolve("landmarks.txt"));
    try (var pictures = PictureList.open(List.of(in))) {
      var plan = AlignPlan.of(pictures, new AlignPlan.Target(in, out, AlignPlan.Format.PNG, false, false), points);
      var work = new AlignWork(pictures, plan, AlignWork.byPoints(FaceAligner.of(112), points));
      work.align(1);
      assertEquals(new AlignFaces.Outcome(1, 0, 2, List.of(), 0.5), work.outcome(0.5));
    }
    var result = align(0, "--resume", "--json");
    assertEquals(2, result.get("written").asInt());
    assertEquals(1, result.get("kept").asInt());
    assertEquals(0, result.get("unfinished").asInt());
  }

  @Test
  void theLandmarksOfAPictureThatWasTurnedByItsCameraAreThoseOfTheUprightOne() throws Exception {
    var upright = face(9);
    var turned = new byte[3 * 160 * 200];
    for (int y = 0; y < 160; y++) {
      for (int x = 0; x < 200; x++) { // orientation 6: shown after a quarter turn clockwise
        int i = 3 * (y * 200 + x);
        turned[i] = (byte) upright.red(159 - y, x);
        turned[i + 1] = (byte) upright.green(159 - y, x);
        turned[i + 2] = (byte) upright.blue(159 - y, x);
      }
    }
    byte[] jpeg = ImageEncoder.jpeg(RgbImage.ofPixels(200, 160, turned), 1);
    var file = new ByteArrayOutputStream();
    file.write(jpeg, 0, 2);
    file.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, 34});
    file.writeBytes("Exif\0\0MM\0\52\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
    file.write(jpeg, 2, jpeg.length - 2);
    Files.write(in.resolve("turned.jpg"), file.toByteArray());
    landmarks("turned.jpg " + XY + "\n");
    align(0);
    byte[] found = RgbImage.read(out.resolve("turned.png")).toBytes();
    byte[] expected = FaceAligner.of(112).align(upright, POINTS).toBytes();
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      sum += Math.abs((found[i] & 0xFF) - (expected[i] & 0xFF));
    }
    assertTrue(sum / found.length < 3, "mean difference " + sum / found.length);
  }

  @Test
  void aMistakeIsOneLineAndNothingIsWritten() throws Exception {
    assertTrue(refused("--side", "3").contains("--side"));
    assertTrue(refused("--crop", "centred:0.5").contains("either"));
    assertTrue(refused("--force", "--resume").contains("--force"));
    assertTrue(refused("--fit", "loose").contains("loose"));
    assertTrue(refused("--format", "gif").contains("gif"));
    landmarks("3.png " + XY + " 0.5 7 8\n");
    assertTrue(refused().contains("landmarks.txt line 1 has 14 columns"));
    landmarks("other/3.png " + XY + "\n");
    assertTrue(refused().contains("other/3.png"));
    Files.delete(temp.resolve("landmarks.txt"));
    assertTrue(refused().contains("landmarks.txt does not exist"));
    for (var share : List.of("centred:0", "centred:1.5", "centred:..", "middle:0.5", "centred")) {
      var said = run("--in", in.toString(), "--crop", share, "--out", out.toString());
      assertEquals(2, said.code(), said.err());
      assertTrue(said.err().contains("centred:0.8"), said.err());
    }
    for (var wrong : List.of(List.of(temp.resolve("nowhere"), out), List.of(in, in), List.of(in, in.resolve("aligned")), List.of(in, temp),
        List.of(Files.createDirectory(temp.resolve("empty")), out), List.of(in.resolve("notes.txt"), in))) {
      var said = run("--in", wrong.getFirst().toString(), "--crop", "centred:1", "--out", wrong.getLast().toString());
      assertEquals(2, said.code(), said.err());
      assertEquals(1, said.err().lines().count(), said.err());
    }
    assertFalse(Files.exists(out));
    assertFalse(Files.exists(in.resolve("aligned")));
  }

  private static RgbImage face(int index) {
    var face = new SyntheticFaces(1, 40).image(index, 200);
    return dev.mien.models.image.ImageTransforms.crop(face, 20, 0, 160, 200);
  }

  private String landmarks(String text) throws Exception {
    return Files.writeString(temp.resolve("landmarks.txt"), text).toString();
  }

  private static Capture run(String... arguments) {
    return Capture.of(() -> CommandRunner.run(new AlignFaces(), arguments));
  }

  private JsonNode align(int code, String... more) throws Exception {
    var said = aligned(more);
    assertEquals(code, said.code(), said.err());
    return said.out().startsWith("{") ? new ObjectMapper().readTree(said.out()) : null;
  }

  private Capture aligned(String... more) {
    var arguments = new ArrayList<>(List.of("--in", in.toString(), "--landmarks", temp.resolve("landmarks.txt").toString(), "--out", out.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private String refused(String... more) {
    var said = aligned(more);
    assertEquals(2, said.code(), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
    assertEquals("", said.out());
    return said.err();
  }
}
