package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.facedata.IjbMetadata.Face;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IjbMetadataTest {
  private static final String FACES = "1.jpg 1 69544\n2.jpg 1 69544\n3.jpg 20 7\n";
  private static final String PAIRS = "1 20 0\n1 1 1\n20 20 1\n";
  private static final String POINTS = "1.jpg 60.5 61 100 60 80 90 62 110 98 111 0.99\n2.jpg 1 2 3 4 5 6 7 8 9 10 1\n"
      + "3.jpg -1 2 3 4 5 6 7 8 9 1e1 0\n";

  @TempDir
  Path temp;

  private IjbMetadata read(String faces, String pairs, String points) throws IOException {
    Files.writeString(temp.resolve("ijbc_face_tid_mid.txt"), faces);
    Files.writeString(temp.resolve("ijbc_template_pair_label.txt"), pairs);
    Files.writeString(temp.resolve("ijbc_name_5pts_score.txt"), points);
    return IjbMetadata.read(temp, "ijbc");
  }

  @Test
  void theThreeFilesOfASetAreRead() throws IOException {
    var ijbc = read(FACES, PAIRS, POINTS);
    assertEquals(List.of(new Face("1.jpg", 1, 69544), new Face("2.jpg", 1, 69544), new Face("3.jpg", 20, 7)), ijbc.faces());
    assertEquals(3, ijbc.pairs().size());
    assertEquals(20, ijbc.pairs().second(0));
    assertFalse(ijbc.pairs().same(0));
    assertTrue(ijbc.pairs().same(1));
    assertArrayEquals(new float[] {60.5f, 61, 100, 60, 80, 90, 62, 110, 98, 111}, ijbc.landmarks().getFirst().xy());
    assertEquals(0.99f, ijbc.landmarks().getFirst().score());
  }

  @Test
  void manyPairsTakeLittleMemory() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      text.append(i % 1000 + 1).append(' ').append(i % 777).append(' ').append(i % 5 == 0 ? 1 : 0).append('\n');
    }
    var pairs = IjbMetadata.pairs(Files.writeString(temp.resolve("p.txt"), text));
    assertEquals(100_000, pairs.size());
    assertEquals(99_999 % 777, pairs.second(99_999));
    assertTrue(pairs.same(99_995));
  }

  private void refused(String says, String faces, String pairs, String points) {
    Hostile.refused(new byte[0], says, b -> read(faces, pairs, points));
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    refused("3 images in the templates and 2 in the landmarks", FACES, PAIRS, POINTS.substring(0, POINTS.indexOf("3.jpg")));
    refused("image 2 is 2.jpg in the templates and 9.jpg in the landmarks", FACES, PAIRS, POINTS.replace("2.jpg", "9.jpg"));
    refused("pair 2 names the template 5", FACES, PAIRS.replace("1 1 1", "1 5 1"), POINTS);
    refused("pair 1 names the template 3", FACES, PAIRS.replace("1 20 0", "3 20 0"), POINTS);
    refused("has the label 2", FACES, PAIRS.replace("1 1 1", "1 1 2"), POINTS);
    refused("line 1 has 2 columns; expected 3: name tid mid", "1.jpg 1\n", PAIRS, POINTS);
    refused("has 11 columns; expected 12", FACES, PAIRS, POINTS.replace(" 0.99", ""));
    refused("\"nan?\" where a number is expected", FACES, PAIRS, POINTS.replace("0.99", "nan?"));
    refused("expected a finite number", FACES, PAIRS, POINTS.replace("0.99", "NaN"));
    refused("expected a finite number", FACES, PAIRS, POINTS.replace("0.99", "1e60"));
    refused("expected at most 100000000", FACES.replace(" 20 ", " 2000000000 "), PAIRS, POINTS);
    refused("expected a path below", FACES.replace("2.jpg", "../2.jpg"), PAIRS, POINTS);
    refused("has no line", "\n", PAIRS, POINTS);
    refused("has no line", FACES, "", POINTS);
    assertTrue(assertThrows(MienException.class, () -> IjbMetadata.read(temp, "ijbb")).getMessage().contains("ijbb_face_tid_mid.txt"));
  }

  @Test
  void mutationsEndInOneKindOfError() throws Exception {
    var file = temp.resolve("m.txt");
    int refused = Hostile.fuzz(38, 1_500, b -> IjbMetadata.faces(Files.write(file, b)), FACES.getBytes(StandardCharsets.UTF_8))
        + Hostile.fuzz(39, 1_500, b -> IjbMetadata.pairs(Files.write(file, b)), PAIRS.getBytes(StandardCharsets.UTF_8))
        + Hostile.fuzz(40, 1_500, b -> IjbMetadata.landmarks(Files.write(file, b)), POINTS.getBytes(StandardCharsets.UTF_8));
    assertTrue(refused > 1_000, "noticed " + refused);
  }

  @Test
  void tinyFaceNamesItsIdentities() throws IOException {
    var files = Map.of("t/Testing_Set/Probe/12_3.jpg", new byte[] {1}, "t/Testing_Set/Probe/9_1.jpg", new byte[] {2},
        "t/Testing_Set/Gallery_Match/12_1.png", new byte[] {3}, "t/Testing_Set/Gallery_Distractor/x.jpg", new byte[] {4},
        "t/Training_Set/5/1.jpg", new byte[] {5}, "t/Testing_Set/probe_img_ID_pairs.mat", new byte[] {6});
    for (var root : List.of(Samples.folder(temp.resolve("tiny"), files), Samples.zip(temp.resolve("tiny.zip"), files))) {
      try (var tiny = TinyFaceSet.open(root)) {
        assertEquals(List.of(12, 9), tiny.probes().stream().map(TinyFaceSet.Face::identity).toList());
        assertEquals(List.of(new TinyFaceSet.Face("t/Testing_Set/Gallery_Match/12_1.png", 12)), tiny.galleryMatches());
        assertEquals(-100, tiny.distractors().getFirst().identity());
        assertEquals(9, tiny.probesWithoutMatch().getFirst().identity());
        assertArrayEquals(new byte[] {3}, tiny.read(tiny.galleryMatches().getFirst()));
        assertThrows(FormatException.class, () -> tiny.read(new TinyFaceSet.Face("none", 1)));
      }
    }
    var unnamed = Samples.folder(temp.resolve("u"), Map.of("Testing_Set/Probe/x_3.jpg", new byte[] {1}));
    assertTrue(assertThrows(FormatException.class, () -> TinyFaceSet.open(unnamed)).getMessage().contains("IDENTITY_NUMBER.jpg"));
    var empty = Samples.folder(temp.resolve("e"), Map.of("Testing_Set/Probe/1_3.jpg", new byte[] {1}));
    assertTrue(assertThrows(FormatException.class, () -> TinyFaceSet.open(empty)).getMessage().contains("1 probes and 0 gallery"));
  }
}
