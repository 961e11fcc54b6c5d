package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is learned from and who is kept for pairs. */
class LfwFacesTest {
  @TempDir
  Path temp;

  /** Five folds of one pair of each kind: of fold f the person A(f) twice, and A(f) against B(f). */
  private static Map<String, byte[]> aligned() {
    var files = new LinkedHashMap<String, byte[]>();
    var pairs = new StringBuilder("5\t1\n");
    for (int f = 1; f <= 5; f++) {
      pairs.append("A").append(f).append("\t1\t2\nA").append(f).append("\t1\tB").append(f).append("\t1\n");
      files.put("images/A" + f + "/A" + f + "_0001.jpg", Samples.picture(10 * f, 112, "jpg"));
      files.put("images/A" + f + "/A" + f + "_0002.jpg", Samples.picture(10 * f + 1, 112, "jpg"));
      files.put("images/B" + f + "/B" + f + "_0001.jpg", Samples.picture(10 * f + 2, 112, "jpg"));
    }
    files.put("pairs_dev.txt", pairs.toString().getBytes());
    return files;
  }

  private Path both() throws Exception {
    var training = new LinkedHashMap<String, byte[]>();
    var table = new StringBuilder("file,identity,pairs_fold\n");
    for (int f : new int[] {1, 4, 0}) {
      for (int i = 2; i <= 3; i++) {
        var file = "images/A" + f + "/A" + f + "_000" + i + ".jpg";
        table.append(file).append(",A").append(f).append(',').append(f == 0 ? "" : f).append('\n');
        training.put(file, Samples.picture(100 + 10 * f + i, 250, "jpg"));
      }
    }
    training.put("train.csv", table.toString().getBytes());
    var folder = Files.createDirectory(temp.resolve("lfw"));
    Samples.zip(folder.resolve("aligned.zip"), aligned());
    Samples.zip(folder.resolve("train.zip"), training);
    return folder;
  }

  @Test
  void nobodyOfTheLastThreeFoldsIsLearnedFrom() throws Exception {
    try (var source = LfwFaces.open(both(), (done, total) -> { })) {
      // A0 and A1 of both archives (A1's second photograph from the aligned one), A2 of the aligned one; B1 and B2 have one picture
      assertEquals(3, source.identities());
      assertEquals(7, source.samples().size());
      for (int i = 0; i < source.samples().size(); i++) {
        assertFalse(source.samples().get(i).id().matches(".*[AB][345]_.*"), source.samples().get(i).id());
        assertEquals(112, source.read(i).width());
      }
      assertEquals(2, source.validation().getFirst().pairs().size());
      assertEquals(4, source.test().getFirst().pairs().size());
      assertEquals(2, source.test().getFirst().folds());
      assertTrue(source.findings().toString().contains("2 people with one picture"), source.findings().toString());
    }
  }

  @Test
  void anArchiveOfPairsAloneIsAllTestAndWhatIsMissingIsNamed() throws Exception {
    var files = aligned();
    files.put("images/B5/B5_0001.jpg", "no picture".getBytes());
    files.remove("images/B4/B4_0001.jpg");
    try (var source = LfwFaces.open(Samples.zip(temp.resolve("a.zip"), files), (done, total) -> { })) {
      assertEquals(0, source.identities());
      assertEquals(8, source.test().getFirst().pairs().size());
      assertEquals(2, source.test().getFirst().missing().size());
      assertTrue(source.findings().toString().contains("B5_0001.jpg"), source.findings().toString());
    }
    files.remove("pairs_dev.txt");
    var none = Samples.zip(temp.resolve("b.zip"), files);
    assertTrue(assertThrows(FormatException.class, () -> LfwFaces.open(none, (done, total) -> { })).getMessage().contains("pairs*.txt"));
  }
}
