package dev.mien.models.agegender;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.models.agegender.AgeGenderModel.Member;
import dev.mien.models.agegender.AgeGenderModel.Origin;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.Normalization;
import dev.mien.models.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgeGenderModelTest {
  private static final AgeGroups GROUPS = AgeGroups.coarse();
  private static final Origin ORIGIN = new Origin("drawn faces", 31, 0.48);

  @TempDir
  Path folder;

  private static String architecture() {
    return "attention-tiny";
  }

  private static Member member(AgeGenderPlan plan) {
    int side = Backbones.attributes(architecture(), Rng.seed(1)).inputSide();
    return new Member(architecture(), plan, ImageContract.rgb(Normalization.IMAGENET, side, "test"));
  }

  private Path saved(String name, AgeGenderPlan plan, long seed) {
    var member = member(plan);
    Path file = folder.resolve(name + ".safetensors");
    AgeGenderModel.of(member, ORIGIN).save(file, List.of(member.build(Rng.seed(seed))));
    return file;
  }

  private static RgbImage face(int seed) {
    var rgb = new byte[3 * 40 * 40];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Rng.seed(seed).below(256, i);
    }
    return RgbImage.ofPixels(40, 40, rgb);
  }

  @Test
  void aModelComesBackWithItsContract() {
    Path file = saved("one", AgeGenderPlan.joint(GROUPS).ages(101).hidden(16, 0.5), 1);
    var loaded = AgeGenderModel.load(file);
    assertEquals(AgeGenderModel.of(member(AgeGenderPlan.joint(GROUPS).ages(101).hidden(16, 0.5)), ORIGIN), loaded.model());
    assertTrue(loaded.fingerprint().matches("[0-9a-f]{16}"));
    assertEquals(loaded.fingerprint(), AgeGenderModel.load(file).fingerprint());
    assertNotEquals(loaded.fingerprint(), AgeGenderModel.load(saved("other", AgeGenderPlan.joint(GROUPS).ages(101).hidden(16, 0.5), 2)).fingerprint());
    try (var predictor = AgeGenderPredictor.load(file)) {
      var estimate = predictor.predict(face(1));
      assertTrue(estimate.pFemale() > 0 && estimate.pFemale() < 1);
      assertEquals(6, estimate.groupProbabilities().length);
      assertTrue(estimate.age().central(0.8).contains(estimate.age().quantile(0.5)));
      assertEquals(101, estimate.age().distribution().length);
    }
  }

  @Test
  void membersAnswerAsTheirMean() {
    var plans = List.of(AgeGenderPlan.joint(GROUPS).ages(101), AgeGenderPlan.joint(GROUPS), AgeGenderPlan.genderOnly());
    var files = new ArrayList<Path>();
    for (int i = 0; i < plans.size(); i++) {
      files.add(saved("m" + i, plans.get(i), i));
    }
    var faces = List.of(face(1), face(2), face(3));
    try (var device = Device.open("cpu")) {
      var each = files.stream().map(f -> AgeGenderEnsemble.of(AgeGenderModel.load(f), device).estimate(faces)).toList();
      var all = AgeGenderEnsemble.of(AgeGenderEnsemble.load(files), device);
      var joined = all.estimate(faces);
      for (int i = 0; i < faces.size(); i++) {
        assertEquals((each.get(0).get(i).pFemale() + each.get(1).get(i).pFemale() + each.get(2).get(i).pFemale()) / 3, joined.get(i).pFemale(), 1e-6);
        for (int b = 0; b < GROUPS.count(); b++) {
          assertEquals((each.get(0).get(i).groupProbabilities()[b] + each.get(1).get(i).groupProbabilities()[b]) / 2,
              joined.get(i).groupProbabilities()[b], 1e-6);
        }
        assertArrayEquals(each.get(0).get(i).age().distribution(), joined.get(i).age().distribution(), 0, "one member tells single years");
      }
      all.save(folder.resolve("all.safetensors"));
      var again = AgeGenderModel.load(folder.resolve("all.safetensors"));
      assertEquals(3, again.nets().size());
      assertEquals(AgeGenderEnsemble.load(files).fingerprint(), again.fingerprint());
      var back = AgeGenderEnsemble.of(again, device).estimate(faces);
      for (int i = 0; i < faces.size(); i++) {
        assertEquals(joined.get(i).pFemale(), back.get(i).pFemale(), 0);
        assertArrayEquals(joined.get(i).groupProbabilities(), back.get(i).groupProbabilities(), 0);
      }
      assertEquals(architecture() + " + " + architecture() + " + " + architecture(), again.model().describe());
    }
  }

  @Test
  void preparedInputsAnswerAsPictures() {
    var contract = member(AgeGenderPlan.joint(GROUPS)).contract();
    try (var device = Device.open("cpu")) {
      var ensemble = AgeGenderEnsemble.of(AgeGenderModel.load(saved("one", AgeGenderPlan.joint(GROUPS), 1)), device);
      var input = new float[contract.inputLength()];
      contract.write(face(4), input, 0);
      var prepared = ensemble.estimate(HostTensor.of(input, 1, 3, contract.inputHeight(), contract.inputWidth())).getFirst();
      assertEquals(ensemble.estimate(List.of(face(4))).getFirst().pFemale(), prepared.pFemale(), 0);
      assertEquals(List.of(), ensemble.estimate(List.of()));
    }
  }

  @Test
  void groupsAloneAreSpreadOverTheirYears() {
    var age = AgeGenderEstimate.spread(GROUPS, new float[] {0, 0, 0.5f, 0, 0, 0.5f});
    assertEquals(0.5 * 27 + 0.5 * 82.5, age.ageYears(), 1e-4, "middle of 20-34 and of 65-100");
    var estimate = new AgeGenderEstimate(Double.NaN, GROUPS, new float[] {0, 0.2f, 0.4f, 0.4f, 0, 0}, age);
    assertEquals(2, estimate.group());
    assertEquals(-1, estimate.gender());
    var genderOnly = new AgeGenderEstimate(0.7, null, null, null);
    assertEquals(1, genderOnly.gender());
    assertEquals(-1, genderOnly.group());
    assertNull(genderOnly.groupProbabilities());
  }

  @Test
  void oneTaskAloneTellsNothingElse() {
    try (var predictor = AgeGenderPredictor.load(saved("gender", AgeGenderPlan.genderOnly(), 1))) {
      var estimate = predictor.predict(face(1));
      assertTrue(Double.isFinite(estimate.pFemale()));
      assertNull(estimate.age());
      assertTrue(Double.isNaN(estimate.ageYears()));
    }
    try (var predictor = AgeGenderPredictor.load(saved("age", AgeGenderPlan.ageOnly(GROUPS), 1))) {
      var estimate = predictor.predict(face(1));
      assertTrue(Double.isNaN(estimate.pFemale()));
      assertTrue(estimate.ageYears() > 0);
    }
  }

  @Test
  void manyThreadsPredictAlike() throws Exception {
    try (var predictor = AgeGenderPredictor.load(saved("one", AgeGenderPlan.joint(GROUPS), 1)); var pool = Executors.newFixedThreadPool(4)) {
      double alone = predictor.predict(face(1)).pFemale();
      Callable<Double> task = () -> predictor.predict(face(1)).pFemale();
      for (var found : pool.invokeAll(Collections.nCopies(24, task))) {
        assertEquals(alone, found.get(), 0);
      }
    }
  }

  @Test
  void everyNetworkShowsWhereItLooked() {
    try (var device = Device.open("cpu")) {
      var paths = List.of(saved("a", AgeGenderPlan.joint(GROUPS), 1), saved("b", AgeGenderPlan.genderOnly(), 2));
      var views = new AgeGenderExplainer(AgeGenderEnsemble.of(AgeGenderEnsemble.load(paths), device), device).explain(List.of(face(1), face(2)));
      assertEquals(2, views.size());
      String first = "1 " + architecture() + ": ";
      String second = "2 " + architecture() + ": ";
      assertEquals(List.of(first + "mask of attention1", first + "mask of attention2", first + "Grad-CAM gender", first + "Grad-CAM age group",
          second + "mask of attention1", second + "mask of attention2", second + "Grad-CAM gender"),
          views.getFirst().stream().map(AgeGenderExplainer.View::name).toList());
      var alone = new AgeGenderExplainer(AgeGenderEnsemble.of(AgeGenderModel.load(paths.getFirst()), device), device).explain(face(2));
      assertEquals("Grad-CAM gender", alone.get(alone.size() - 2).name());
      int side = member(AgeGenderPlan.joint(GROUPS)).contract().inputWidth();
      assertEquals(side, alone.getLast().map().width());
      assertArrayEquals(views.get(1).get(alone.size() - 1).map().values(), alone.getLast().map().values(), 1e-4f, "a picture alone looks the same");
    }
  }

  /** Grad-CAM needs nothing of a trunk but its feature map; where there are masks they are shown first. */
  @ParameterizedTest
  @ValueSource(strings = {"attention-tiny", "attention-small", "resnet-tiny", "resnet-mini", "resnet-small", "vit-tiny"})
  void everyTrunkIsExplained(String architecture) {
    int side = Backbones.attributes(architecture, Rng.seed(1)).inputSide();
    var member = new Member(architecture, AgeGenderPlan.joint(GROUPS).ages(101), ImageContract.rgb(Normalization.IMAGENET, side, "test"));
    try (var device = Device.open("cpu")) {
      var ensemble = AgeGenderEnsemble.of(AgeGenderModel.of(member, ORIGIN), List.of(member.build(Rng.seed(2)).to(device)), device);
      var views = new AgeGenderExplainer(ensemble, device).explain(face(1));
      assertEquals(List.of("Grad-CAM gender", "Grad-CAM age group"), views.stream().map(AgeGenderExplainer.View::name).toList()
          .subList(views.size() - 2, views.size()));
      assertFalse(views.stream().allMatch(v -> v.map().isEven()), architecture);
      views.forEach(v -> assertEquals(side, v.map().width()));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() throws Exception {
    Path decade = saved("decade", AgeGenderPlan.joint(AgeGroups.decade()), 1);
    Path coarse = saved("coarse", AgeGenderPlan.joint(GROUPS), 1);
    assertTrue(assertThrows(MienException.class, () -> AgeGenderEnsemble.load(List.of(decade, coarse))).getMessage()
        .startsWith("[age-gender] the members tell different age groups"));
    assertTrue(assertThrows(MienException.class, () -> AgeGenderModel.load(folder)).getMessage().contains("holds no model.safetensors"));
    var state = new StateMap();
    state.putString("format", "mien-age-model/1");
    Path other = folder.resolve("age.safetensors");
    Checkpoint.save(other, state);
    assertTrue(assertThrows(FormatException.class, () -> AgeGenderModel.load(other)).getMessage()
        .endsWith("is no model of age and gender of this version: format mien-age-model/1, expected mien-age-gender-model/1"));
    byte[] bytes = Files.readAllBytes(coarse);
    bytes[bytes.length / 2] ^= 1;
    Path broken = Files.write(folder.resolve("broken.safetensors"), bytes);
    assertThrows(FormatException.class, () -> AgeGenderModel.load(broken));
    var net = member(AgeGenderPlan.genderOnly()).build(Rng.seed(1));
    assertThrows(IllegalArgumentException.class,
        () -> AgeGenderModel.of(member(AgeGenderPlan.joint(GROUPS)), ORIGIN).save(folder.resolve("x"), List.of(net)));
  }
}
