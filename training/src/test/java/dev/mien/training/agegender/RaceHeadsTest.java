package dev.mien.training.agegender;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Init;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.models.agegender.AgeGenderMembers;
import dev.mien.models.agegender.AgeGenderNet;
import dev.mien.models.agegender.AgeGenderPlan;
import dev.mien.models.agegender.AgeGroups;
import dev.mien.models.backbone.Backbones;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.explain.OverlaySheet;
import dev.mien.training.synthetic.SyntheticFaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The race as a task beside: its loss, that it shapes the features, goes on to the same bits after a stop, and leaves nothing in the model. */
class RaceHeadsTest {
  private static final Rng RNG = Rng.seed(11);

  @TempDir
  Path temp;

  @Test
  void theLossIsTheCrossEntropyOverKnownRacesOfEachMember() {
    try (var device = Device.open("cpu"); var scope = device.scope()) {
      var nets = List.of(net(1), net(2));
      var members = new AgeGenderMembers(nets).to(device);
      var heads = new RaceHeads(nets, RNG.split("race")).to(device);
      var context = Context.train(RNG.split("step"));
      var read = members.read(scope.upload(Init.normal(RNG, 1, 3, 3, 64, 64)), context);
      int[] races = {4, -1, 0};
      double expected = 0;
      for (int m = 0; m < 2; m++) {
        float[] features = read.get(m).features().download().floats();
        float[] weight = heads.parameters().get(2 * m).read().floats();
        float[] bias = heads.parameters().get(2 * m + 1).read().floats();
        for (int row : new int[] {0, 2}) {
          expected += crossEntropy(features, row, weight, bias, races[row]) / 2;
        }
      }
      var loss = heads.loss(read, races, context);
      assertEquals(expected, loss.download().floats()[0], 1e-5 * expected);
      assertNull(heads.loss(read, new int[] {-1, -1, -1}, context));
      var gradients = loss.backward();
      for (var net : nets) {
        var first = gradients.of(net.backbone().parameters().getFirst()).download().floats();
        double sum = 0;
        for (float g : first) {
          sum += Math.abs(g);
        }
        assertTrue(sum > 0, "the race reaches every trunk");
      }
    }
  }

  private static AgeGenderNet net(int seed) {
    return new AgeGenderNet(Backbones.attributes("resnet-tiny", Rng.seed(seed)), AgeGenderPlan.joint(AgeGroups.decade()), Rng.seed(seed));
  }

  private static double crossEntropy(float[] features, int row, float[] weight, float[] bias, int label) {
    int classes = bias.length;
    int n = weight.length / classes;
    double sum = 0;
    double own = 0;
    for (int c = 0; c < classes; c++) {
      double logit = bias[c];
      for (int i = 0; i < n; i++) {
        logit += (double) weight[c * n + i] * features[row * n + i];
      }
      sum += Math.exp(logit);
      own = c == label ? logit : own;
    }
    return Math.log(sum) - own;
  }

  @Test
  void theRaceIsLearnedBesideAndNotKept() throws Exception {
    var faces = faces();
    var without = train("without", "--data", faces, "--race-weight", "0");
    var whole = train("whole", "--data", faces, "--race-weight", "1");
    assertFalse(sameModel(without, whole), "the race moved nothing");
    assertFalse(Files.readString(model(whole), StandardCharsets.ISO_8859_1).contains("race"), "the model file keeps a head for the race");
    var stopped = train("stopped", "--data", faces, "--race-weight", "1", "--checkpoint-seconds", "0");
    try (var files = Files.list(stopped.resolve("checkpoints"))) {
      var all = files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
      assertTrue(all.size() > 1, all.toString());
      Files.delete(all.getLast());
    }
    Files.delete(stopped.resolve("result.json"));
    run("--resume", stopped);
    assertArrayEquals(Files.readAllBytes(model(whole)), Files.readAllBytes(model(stopped)));
  }

  @Test
  void whereNoRaceIsKnownNoneIsLearnedAndItIsSaid() throws Exception {
    var without = train("without", "--data", "synthetic:96", "--race-weight", "0");
    var words = run("--preset", "smoke", "--epochs", "1", "--batch", "16", "--data", "synthetic:96", "--race-weight", "1", "--out", temp.resolve("with"));
    assertTrue(words.contains("no race is known in synthetic:96: none is learned beside"), words);
    assertTrue(sameModel(without, temp.resolve("with")));
  }

  /** Drawn faces under names of UTKFace. */
  private String faces() throws IOException {
    var folder = Files.createDirectory(temp.resolve("faces"));
    var drawn = new SyntheticFaces(3, 96);
    for (int i = 0; i < 96; i++) {
      String name = String.format(Locale.ROOT, "%d_%d_%d_20170116%02d%02d15123.png", 1 + i % 80, i % 2, i % 5, i / 60, i % 60);
      Files.write(folder.resolve(name), OverlaySheet.png(drawn.image(i, 64)));
    }
    return "utkface:" + folder;
  }

  private Path train(String name, Object... more) {
    var arguments = new ArrayList<Object>(List.of("--preset", "smoke", "--epochs", "1", "--batch", "16", "--out", temp.resolve(name)));
    arguments.addAll(List.of(more));
    run(arguments.toArray());
    return temp.resolve(name);
  }

  private static String run(Object... arguments) {
    var said = Capture.of(() -> CommandRunner.run(new TrainAgeGender(), Arrays.stream(arguments).map(Object::toString).toArray(String[]::new)));
    assertEquals(0, said.code(), said.err());
    return said.out() + said.err();
  }

  private static Path model(Path run) {
    return run.resolve("model.safetensors");
  }

  private static boolean sameModel(Path one, Path other) throws IOException {
    return Files.mismatch(model(one), model(other)) < 0;
  }
}
