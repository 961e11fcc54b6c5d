package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.MienCommand;
import dev.mien.training.facedata.FaceLayouts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code eval face} says of each kind of data set; the model was trained on one in records. */
class EvalFaceTest {
  @TempDir
  static Path shared;

  @TempDir
  Path temp;

  private static Capture run(MienCommand command, List<String> arguments) {
    return Capture.of(() -> CommandRunner.run(command, arguments.toArray(String[]::new)));
  }

  @BeforeAll
  static void trainOnRecords() throws Exception {
    var records = FaceLayouts.records(shared.resolve("rec"), 8, 8);
    Files.write(records.resolve("agedb_30.bin"), FaceLayouts.bin(20));
    Files.write(records.resolve("lfw.bin"), FaceLayouts.bin(30));
    var outcome = run(new TrainFace(), List.of("--preset", "smoke", "--data", "records:" + records, "--out", shared.resolve("run").toString()));
    assertEquals(0, outcome.code(), outcome.err());
  }

  private static JsonNode eval(String data, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("--weights", shared.resolve("run").toString(), "--data", data, "--json"));
    arguments.addAll(List.of(more));
    var outcome = run(new EvalFace(), arguments);
    assertEquals(0, outcome.code(), outcome.err());
    var json = new ObjectMapper().readTree(outcome.out());
    assertEquals(shared.resolve("run").toString(), json.get("run").asText());
    assertTrue(json.get("seconds").asDouble() > 0);
    return json;
  }

  private static void rejected(String says, String... arguments) {
    var all = new ArrayList<>(List.of("--weights", shared.resolve("run").toString()));
    all.addAll(List.of(arguments));
    var outcome = run(new EvalFace(), all);
    assertEquals(2, outcome.code(), outcome.err());
    assertEquals(1, outcome.err().lines().filter(l -> l.startsWith("mien: ") && !l.startsWith("mien: warning")).count(), outcome.err());
    assertTrue(outcome.err().contains(says), outcome.err());
  }

  @Test
  void theEpochIsChosenOnTheFirstSetAndTheOthersAreTheTest() throws Exception {
    var test = new ObjectMapper().readTree(Files.readAllBytes(shared.resolve("run/result.json"))).get("test");
    assertEquals(30, test.get("pairs").asInt());
    var rows = Files.readAllLines(shared.resolve("run/metrics.csv"));
    int column = List.of(rows.getFirst().split(",")).indexOf("validation/accuracy");
    assertEquals(2, rows.stream().skip(1).filter(r -> !r.split(",", -1)[column].isEmpty()).count(), rows.toString());
    assertEquals(test, eval("bin:" + shared.resolve("rec/lfw.bin")).get("test"));
    var both = eval("bin:" + shared.resolve("rec/lfw.bin") + "," + shared.resolve("rec/agedb_30.bin")).get("test");
    assertEquals(50, both.get("pairs").asInt());
    double mean = (both.at("/sets/lfw/accuracy").asDouble() + both.at("/sets/agedb_30/accuracy").asDouble()) / 2;
    assertEquals(mean, both.get("meanAccuracy").asDouble(), 1e-12);
  }

  @Test
  void memoryMappedPairs() throws Exception {
    var json = eval("memfile:" + FaceLayouts.memFile(temp, "cplfw", 20));
    for (var key : List.of("accuracy", "accuracyStd", "threshold", "tarAtFar")) {
      assertTrue(json.get("test").has(key), key);
    }
    assertFalse(json.has("identification"));
  }

  @Test
  void templatesOfIjbAreVerifiedAndSearched() throws Exception {
    var json = eval("ijb:" + FaceLayouts.ijb(temp, 6));
    var test = json.get("test");
    assertEquals(66, test.get("pairs").asInt());
    assertTrue(test.has("tarAtFar") && test.get("tarAtFar").has("1e-1") && !test.get("tarAtFar").has("1e-2"), test.toString());
    assertFalse(test.has("accuracy"), "templates have no folds");
    assertEquals(6, json.at("/identification/probes").asInt());
    assertEquals(6, json.at("/identification/gallery").asInt());
    assertTrue(json.get("identification").has("tpirAtFpir"));
    assertEquals(36, json.at("/normToDetectorScore/count").asInt());
  }

  @Test
  void tinyFacesAreSearchedAmongDistractors() throws Exception {
    var found = eval("tinyface:" + FaceLayouts.tinyFace(temp, 5, 30)).get("identification");
    assertEquals(10, found.get("probes").asInt());
    assertEquals(35, found.get("gallery").asInt());
    assertTrue(found.get("rank1").asDouble() <= found.get("rank5").asDouble() && found.get("rank5").asDouble() <= found.get("rank20").asDouble());
  }

  @Test
  void everybodyOfAFolderIsIdentified() throws Exception {
    var people = FaceLayouts.people(temp, 12, 5);
    var json = eval("folder:" + people, "--protocol", "identification", "--gallery-images", "2");
    assertEquals(36, json.at("/identification/probes").asInt());
    assertEquals(24, json.at("/identification/gallery").asInt());
    assertTrue(json.at("/identification/rank1").asDouble() > 1.0 / 12, json.toString());
    assertFalse(json.has("test"));
  }

  @Test
  void aMistakeIsOneLine() throws Exception {
    var people = "folder:" + FaceLayouts.people(temp, 3, 2);
    rejected("needs --gallery-images N", "--data", people, "--protocol", "identification");
    rejected("--gallery-images goes with --protocol identification", "--data", people, "--gallery-images", "1");
    rejected("goes with --data folder:PATH", "--data", "lfw:x", "--protocol", "identification", "--gallery-images", "1");
    rejected("of one picture at least", "--data", people, "--protocol", "identification", "--gallery-images", "0");
    rejected("expected some of each", "--data", people, "--protocol", "identification", "--gallery-images", "2");
    rejected("expected (images, booleans)", "--data", "bin:" + Files.write(temp.resolve("x.bin"), new byte[] {(byte) 0x80, 2, 'N', '.'}));
    var outcome = run(new TrainFace(), List.of("--preset", "smoke", "--data", "bin:" + shared.resolve("rec/lfw.bin")));
    assertEquals(2, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("nobody to learn from"), outcome.err());
  }
}
