package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FivePoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandmarkFileTest {
  private static final String XY = "38.5 52 74 51 56 72 41 92 71 93";
  private static final FivePoints POINTS = FivePoints.of(38.5, 52, 74, 51, 56, 72, 41, 92, 71, 93);

  @TempDir
  Path folder;

  @Test
  void blanksTabsCommasAndJsonSayTheSame() throws Exception {
    var commas = XY.replace(' ', ',');
    for (var text : new String[] {
        "a/1.jpg " + XY + " 0.75\n", "a/1.jpg\t" + XY.replace(' ', '\t') + "\t0.75", "a/1.jpg," + commas + ",0.75\r\n",
        "file,x1,y1,x2,y2,x3,y3,x4,y4,x5,y5,score\na/1.jpg, " + commas + ", 0.75\n", "./a/1.jpg  " + XY + " 0.75\n\n",
        "{\"file\": \"a/1.jpg\", \"points\": [" + commas + "], \"score\": 0.75}",
        "{\"file\": \"a/1.jpg\", \"points\": [[38.5, 52], [74, 51], [56, 72], [41, 92], [71, 93]], \"score\": 0.75, \"box\": [1, 2]}"}) {
      var entry = read(text).find("a/1.jpg").orElseThrow();
      assertEquals(POINTS, entry.points(), text);
      assertEquals(0.75, entry.score(), text);
    }
    assertTrue(Double.isNaN(read("1.jpg " + XY).find("1.jpg").orElseThrow().score()));
    assertTrue(read("1.jpg " + XY).find("2.jpg").isEmpty());
    assertEquals(POINTS, read("my photo.jpg," + commas).find("my photo.jpg").orElseThrow().points());
  }

  @Test
  void sixtyEightPointsAreReduced() throws Exception {
    var line = new StringJoiner(" ");
    line.add("1.jpg");
    for (int i = 0; i < 68; i++) {
      line.add(switch (i) {
        case 36, 39 -> "38.5 52";
        case 42, 45 -> "74 51";
        case 30 -> "56 72";
        case 48 -> "41 92";
        case 54 -> "71 93";
        default -> "0 0";
      });
    }
    assertEquals(POINTS, read(line.toString()).find("1.jpg").orElseThrow().points());
    assertEquals(POINTS, read(line + " 0.5").find("1.jpg").orElseThrow().points());
  }

  @Test
  void ofSeveralFacesTheBestCounts() throws Exception {
    var best = read("1.jpg " + XY + " 0.75\n1.jpg 1" + XY + " 0.9\n1.jpg 2" + XY + " 0.8\n").find("1.jpg").orElseThrow();
    assertEquals(138.5, best.points().leftEye().x());
    assertEquals(2, best.line());
    assertWrong("line 2 names 1.jpg again, which stands in line 1", "1.jpg " + XY + "\n1.jpg " + XY);
  }

  @Test
  void aMistakeIsNamedByFileAndLine() throws Exception {
    assertWrong("line 2 has 10 columns", "1.jpg " + XY + "\n2.jpg " + XY.replace(" 93", ""));
    assertWrong("line 1 has \"x\" where a number", "1.jpg " + XY.replace("72", "x"));
    assertWrong("line 1 has NaN, expected a finite number", "1.jpg " + XY.replace("72", "NaN"));
    assertWrong("line 1 names \"../1.jpg\"", "../1.jpg " + XY);
    assertWrong("line 1 names \"/1.jpg\"", "/1.jpg " + XY);
    assertWrong("line 2 is no JSON", "{\"file\": \"1.jpg\", \"points\": [" + XY.replace(' ', ',') + "]}\n1.jpg " + XY);
    assertWrong("line 1 is not {\"file\"", "{\"file\": 3}");
    assertWrong("line 1 has 9 numbers in its points", "{\"file\": \"1\", \"points\": [1,2,3,4,5,6,7,8,9]}");
    assertWrong("line 1 has \"\" where a number", "{\"file\": \"1\", \"points\": [1,2,3,4,5,6,7,8,9,{}]}");
    assertWrong("has no landmarks", "\n\n");
    assertWrong("control characters", "\u0000\u0001");
    var missing = assertThrows(MienException.class, () -> LandmarkFile.read(folder.resolve("nowhere.txt"))).getMessage();
    assertTrue(missing.contains("nowhere.txt does not exist"), missing);
  }

  @Test
  void pointsOfNoFaceAreReadAndRefusedWhenAskedFor() throws Exception {
    var entry = read("1.jpg 1 1 1 1 1 1 1 1 1 1").find("1.jpg").orElseThrow();
    assertThrows(IllegalArgumentException.class, entry::points);
  }

  private LandmarkFile read(String text) throws Exception {
    return LandmarkFile.read(Files.writeString(folder.resolve("landmarks.txt"), text));
  }

  private void assertWrong(String message, String text) {
    var said = assertThrows(MienException.class, () -> read(text)).getMessage();
    assertTrue(said.contains(message) && said.contains("landmarks.txt"), said);
  }
}
