package dev.mien.training.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.random.Rng;
import dev.mien.models.agegender.AgeGenderModel;
import dev.mien.models.agegender.AgeGenderModel.Member;
import dev.mien.models.agegender.AgeGenderModel.Origin;
import dev.mien.models.agegender.AgeGenderPlan;
import dev.mien.models.agegender.AgeGroups;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.Normalization;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.synthetic.SyntheticFaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a network that has learned nothing. */
class ExplainFaceTest {
  @TempDir
  Path temp;

  private Path model;
  private Path face;

  @BeforeEach
  void prepare() throws IOException {
    String architecture = "attention-tiny";
    int side = Backbones.attributes(architecture, Rng.seed(1)).inputSide();
    var member = new Member(architecture, AgeGenderPlan.joint(AgeGroups.decade()).ages(101), ImageContract.rgb(Normalization.IMAGENET, side, "drawn"));
    model = temp.resolve("model.safetensors");
    AgeGenderModel.of(member, new Origin("nothing", 30, 0.5)).save(model, List.of(member.build(Rng.seed(3))));
    face = Files.write(temp.resolve("face.png"), OverlaySheet.png(new SyntheticFaces(1, 1).image(0, 64)));
  }

  private Capture run(Object... arguments) {
    return Capture.of(() -> CommandRunner.run(new ExplainFace(), Arrays.stream(arguments).map(Object::toString).toArray(String[]::new)));
  }

  private static JsonNode json(Capture got) throws IOException {
    assertEquals(0, got.code(), got.err());
    return new ObjectMapper().readTree(got.out());
  }

  @Test
  void writesThePanelsThatItNames() throws IOException {
    Path out = temp.resolve("overlay.png");
    var told = json(run(face, "--weights", model, "--out", out, "--panel", 64, "--json")).get("face");
    var names = new ArrayList<String>();
    told.get("panels").forEach(n -> names.add(n.asText()));
    assertEquals("the face", names.getFirst());
    assertTrue(names.contains("mask of attention1") && names.stream().anyMatch(n -> n.startsWith("Grad-CAM gender")) && names.stream().anyMatch(n -> n.startsWith("Grad-CAM age group")),
        names.toString());
    var sheet = RgbImage.read(out);
    int columns = Math.min(4, names.size());
    assertEquals(columns * 70 - 6, sheet.width());
    assertEquals((names.size() + columns - 1) / columns * 70 - 6, sheet.height());
    assertTrue(told.get("pFemale").asDouble() > 0 && told.get("ageYears").asDouble() > 0);
    var said = run("--weights", model, face, "--out", out);
    assertTrue(said.out().contains("panel 1: the face") && said.out().contains("written: " + out), said.out());
  }

  @Test
  void measuresMapsAgainstCues() throws IOException {
    var rows = json(run("--cues", 6, "--weights", model, "--json")).get("cues");
    assertTrue(rows.findValuesAsText("cue").containsAll(List.of("hair", "brows", "eyes", "mouth", "creases", "any")), rows.toString());
    for (var row : rows) {
      assertTrue(row.get("faces").asInt() > 0 && row.get("mass").asDouble() >= 0 && row.get("mass").asDouble() <= 1, row.toString());
      assertTrue(row.get("area").asDouble() > 0 && row.get("topIou").asDouble() <= 1, row.toString());
    }
    assertTrue(run("--cues", 3, "--weights", model).out().contains("by chance"));
  }

  @Test
  void whatDoesNotFitIsOneLine() {
    for (var got : List.of(run("--weights", model), run(face, "--weights", model), run("--cues", 2, "--out", "x.png", "--weights", model),
        run(face, "--out", temp.resolve("x.jpg"), "--weights", model), run(face, "--out", temp.resolve("x.png"), "--weights", temp.resolve("none")),
        run(face, "--out", temp.resolve("x.png"), "--weights", face))) {
      assertEquals(2, got.code(), got.err());
      assertEquals(1, got.err().lines().count(), got.err());
    }
  }
}
