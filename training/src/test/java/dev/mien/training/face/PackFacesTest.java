package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.facedata.FaceLayouts;
import dev.mien.training.facedata.FaceSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackFacesTest {
  @TempDir
  Path temp;

  private Capture pack(String data, String... more) {
    var arguments = new ArrayList<>(List.of("--data", data, "--out", temp.resolve("packed").toString()));
    arguments.addAll(List.of(more));
    return Capture.of(() -> CommandRunner.run(new PackFaces(), arguments.toArray(String[]::new)));
  }

  @Test
  void whatIsPackedIsWhatRecordsReads() throws Exception {
    var people = FaceLayouts.people(temp.resolve("people"), 5, 12);
    Files.write(people.resolve("p02/7.ppm"), new byte[] {1, 2});
    var got = pack("folder:" + people, "--json");
    assertEquals(0, got.code(), got.err());
    var json = new ObjectMapper().readTree(got.out());
    assertEquals(59, json.get("images").asInt());
    assertEquals(5, json.get("identities").asInt());
    assertEquals(24, json.get("height").asInt());
    assertEquals(1, json.get("broken").size());
    assertTrue(json.get("broken").get(0).asText().contains("p02/7.ppm"), got.out());
    assertTrue(got.err().contains("left out: ") && got.err().contains("p02/7.ppm"), got.err());

    var listed = Files.readAllLines(temp.resolve("packed/train.lst"));
    try (var source = FaceSpec.parse("records:" + temp.resolve("packed")).open((done, all) -> { })) {
      assertEquals(59, source.samples().size());
      assertEquals(5, source.identities());
      for (int i = 0; i < 59; i++) {
        var columns = listed.get(i).split("\t");
        assertEquals(Integer.parseInt(columns[2]), source.samples().get(i).identity());
        assertEquals(RgbImage.read(people.resolve(columns[1])), source.read(i));
      }
    }
  }

  @Test
  void aMistakeIsOneLineAndLeavesNothing() throws Exception {
    var people = FaceLayouts.people(temp.resolve("people"), 2, 2);
    Files.write(people.resolve("p00/1.ppm"), new byte[] {1});
    for (var got : List.of(pack(people.toString(), "--max-broken", "0"), pack(people.toString(), "--max-broken", "-2"), pack("/nowhere"),
        pack("folder:"))) {
      assertEquals(2, got.code(), got.err());
      assertEquals(1, got.err().lines().filter(l -> l.startsWith("mien: ")).count(), got.err());
      assertFalse(Files.exists(temp.resolve("packed/train.rec")));
      assertFalse(Files.exists(temp.resolve("packed/property")));
    }
    assertEquals(0, pack(people.toString()).code());
    assertTrue(pack(people.toString()).err().contains("train.rec exists already"));
  }
}
