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

  private void search(String name, String text) throws IOException {
    Files.writeString(temp.resolve("ijbc_1N_" + name + ".csv"), text);
  }

  @Test
  void galleriesAndProbesOfSearchesAreRead() throws IOException {
    var heading = "TEMPLATE_ID,SUBJECT_ID,FILENAME\n";
    search("gallery_G2", heading + "20,8,a.jpg\n");
    refused("holds 1 lists ijbc_1N_gallery_*.csv and no ijbc_1N_probe_mixed.csv", FACES, PAIRS, POINTS);
    search("gallery_G1", heading + "1,7,a.jpg\n1,7,b.jpg\n");
    search("probe_mixed", heading + "20,8,x\n1,7,y\n");
    var ijbc = read(FACES, PAIRS, POINTS);
    assertEquals(List.of("ijbc_1N_gallery_G1.csv", "ijbc_1N_gallery_G2.csv"), ijbc.galleries().stream().map(TemplateSet.Roster::name).toList());
    assertEquals(Map.of(1, 7), ijbc.galleries().getFirst().subjects());
    assertEquals(List.of(20, 1), List.copyOf(ijbc.probes().subjects().keySet()));

    search("probe_mixed", heading + "20,8\n20,9\n");
    refused("line 3 gives the template 20 the subject 9, and an earlier line 8", FACES, PAIRS, POINTS);
    search("probe_mixed", heading + "20,8\n33,9\n");
    refused("ijbc_1N_probe_mixed.csv names the template 33, which has no image", FACES, PAIRS, POINTS);
    search("probe_mixed", heading + "20\n");
    refused("line 2 has one column; expected template,subject", FACES, PAIRS, POINTS);
    search("probe_mixed", heading + "20,-1\n");
    refused("expected at least 0", FACES, PAIRS, POINTS);
    search("probe_mixed", heading);
    refused("has no line below its heading", FACES, PAIRS, POINTS);
  }
}
