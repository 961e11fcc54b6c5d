package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.random.Rng;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.face.FaceModel;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.ImageEncoder;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.Normalization;
import dev.mien.models.image.RgbImage;
import dev.mien.models.image.Sharpness;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.synthetic.SyntheticFaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateFacesTest {
  @TempDir
  Path temp;

  private Path weights;

  @BeforeEach
  void model() throws Exception {
    weights = temp.resolve("model.safetensors");
    var net = dev.mien.models.backbone.Backbones.embedder("mobilefacenet", Rng.seed(3));
    var contract = ImageContract.rgb(Normalization.HALF, net.inputSide(), "insightface-112");
    var model = new FaceModel("mobilefacenet", contract, "nothing", Double.NaN);
    model.save(weights, net);
    Files.createDirectories(temp.resolve("faces/sub"));
    var faces = new SyntheticFaces(5, 18);
    for (int i = 0; i < 18; i++) {
      Files.write(temp.resolve("faces/sub/" + i + ".png"), ImageEncoder.png(faces.image(i, 40 + 5 * i)));
    }
  }

  @Test
  void facesAreListedWorstFirstWithTheFiguresOfTheModelAndThePicture() throws Exception {
    Files.write(temp.resolve("faces/broken.jpg"), new byte[] {1, 2, 3});
    var said = rate("--json");
    assertEquals(0, said.code(), said.err());
    var json = new ObjectMapper().readTree(said.out());
    assertEquals(18, json.get("faces").size());
    assertEquals(temp.resolve("faces/broken.jpg").toString(), json.get("skipped").get(0).get("file").asText());
    var norms = new ArrayList<Double>();
    json.get("faces").forEach(f -> norms.add(f.get("norm").asDouble()));
    assertEquals(norms.stream().sorted().toList(), norms);
    double correlation = json.get("correlation").asDouble();
    assertTrue(correlation >= -1 && correlation <= 1);
    try (var embedder = FaceEmbedder.load(weights)) {
      for (var face : json.get("faces")) {
        var picture = RgbImage.read(Path.of(face.get("file").asText()));
        int side = embedder.model().contract().inputWidth();
        assertEquals(embedder.embed(picture).norm(), face.get("norm").asDouble(), 1e-4);
        assertEquals(Sharpness.laplacianVariance(ImageTransforms.resize(picture, side, side)), face.get("sharpness").asDouble(), 1e-9);
        assertEquals(picture.width(), face.get("width").asInt());
      }
    }
  }

  @Test
  void theTableIsForPeopleOrForPrograms() {
    var table = rate();
    assertEquals(20, table.out().lines().count(), table.out());
    assertTrue(table.out().contains("18 faces, 0 skipped; rank correlation"), table.out());
    var csv = rate("--csv");
    assertEquals("file,norm,sharpness,width,height", csv.out().lines().findFirst().orElseThrow());
    assertEquals(19, csv.out().lines().count());
  }

  @Test
  void aMistakeIsOneLine() throws Exception {
    assertTrue(rate("--csv", "--json").err().contains("either"));
    for (var wrong : new String[][] {{temp.resolve("nowhere").toString(), "--weights", weights.toString()},
        {temp.resolve("faces").toString(), "--weights", temp.resolve("nowhere").toString()}, {temp.resolve("faces").toString()}}) {
      var said = Capture.of(() -> CommandRunner.run(new RateFaces(), wrong));
      assertEquals(2, said.code(), said.err());
      assertEquals(1, said.err().lines().filter(l -> l.startsWith("mien: ")).count(), said.err());
    }
  }

  private Capture rate(String... more) {
    var arguments = new ArrayList<>(java.util.List.of(temp.resolve("faces").toString(), "--weights", weights.toString()));
    arguments.addAll(java.util.List.of(more));
    return Capture.of(() -> CommandRunner.run(new RateFaces(), arguments.toArray(String[]::new)));
  }
}
