package dev.mien.training.agegender;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.models.image.RgbImage;
import dev.mien.training.age.AgeData;
import dev.mien.training.age.PredictAge;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.data.Split;
import dev.mien.training.explain.ExplainFace;
import dev.mien.training.explain.OverlaySheet;
import dev.mien.training.run.MetricsCsv;
import dev.mien.training.synthetic.SyntheticFaces;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short trainings of gender and age from data to figures, gone on with to the same bits, joined, used; and what a wrong option says. */
class TrainAgeGenderTest {
  @TempDir
  Path temp;

  private record Outcome(int code, String out, String words) {
    JsonNode json() throws IOException {
      assertEquals(0, code, words);
      return new ObjectMapper().readTree(out);
    }
  }

  private static Outcome run(MienCommand command, Object... arguments) {
    var said = Capture.of(() -> CommandRunner.run(command, Arrays.stream(arguments).map(Object::toString).toArray(String[]::new)));
    return new Outcome(said.code(), said.out(), said.err());
  }

  private Path train(String name, Object... more) {
    var arguments = new ArrayList<Object>(List.of("--preset", "smoke", "--data", "synthetic:160", "--out", temp.resolve(name)));
    arguments.addAll(List.of(more));
    var outcome = run(new TrainAgeGender(), arguments.toArray());
    assertEquals(0, outcome.code, outcome.words);
    return temp.resolve(name);
  }

  private Path face(int number) throws IOException {
    return Files.write(temp.resolve("face" + number + ".png"), OverlaySheet.png(new SyntheticFaces(3, 5).image(number, 96)));
  }

  @Test
  void aRunThatWasStoppedGoesOnToTheSameBits() throws Exception {
    var whole = train("whole", "--learned-weights", "true", "--model", "resnet-tiny,resnet-tiny");
    var stopped = train("stopped", "--learned-weights", "true", "--model", "resnet-tiny,resnet-tiny", "--checkpoint-seconds", "0");
    // as if it had been killed before its last epoch ended: the newest checkpoint and all results are gone
    try (var files = Files.list(stopped.resolve("checkpoints"))) {
      var all = files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
      assertTrue(all.size() > 1, all.toString());
      Files.delete(all.getLast());
    }
    Files.delete(stopped.resolve("result.json"));
    var outcome = run(new TrainAgeGender(), "--resume", stopped, "--threads", "1");
    assertEquals(0, outcome.code, outcome.words);
    for (var part : List.of(whole.resolve("model.safetensors"), newest(whole))) {
      assertArrayEquals(Files.readAllBytes(part), Files.readAllBytes(stopped.resolve(whole.relativize(part))), part.toString());
    }
    assertTrue(Files.readString(stopped.resolve("report.html")).contains("Age and gender"));
    var test = new ObjectMapper().readTree(stopped.resolve("result.json").toFile()).get("test");
    for (var key : List.of("genderAccuracy", "ageGroupAccuracy", "oneOff", "aabd", "mae", "floorMae", "majorityGender")) {
      assertTrue(test.has(key), key);
    }
  }

  private static Path newest(Path run) throws IOException {
    try (var files = Files.list(run.resolve("checkpoints"))) {
      return files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList().getLast();
    }
  }

  @Test
  void severalModelsAnswerAsTheirMean() throws Exception {
    var one = train("one");
    var two = train("two", "--seed", "7", "--injection", "off");
    var saved = temp.resolve("both.safetensors");
    var report = temp.resolve("both.html");
    var json = run(new EvalAgeGender(), "--weights", one + "," + two, "--data", "synthetic:160", "--save", saved, "--report", report, "--json").json();
    assertEquals(2, json.get("members").size());
    assertEquals("test", json.get("test").get("split").asText());
    assertTrue(Files.readString(report).contains("resnet-tiny"));
    var again = run(new EvalAgeGender(), "--weights", saved, "--data", "synthetic:160", "--json").json();
    assertEquals(json.get("test"), again.get("test"));

    var face = RgbImage.read(face(1));
    try (var first = AgeGenderPredictor.load(one); var second = AgeGenderPredictor.load(two); var both = AgeGenderPredictor.load(saved)) {
      assertEquals((first.predict(face).pFemale() + second.predict(face).pFemale()) / 2, both.predict(face).pFemale(), 1e-6);
      float[] a = first.predict(face).groupProbabilities();
      float[] b = second.predict(face).groupProbabilities();
      float[] mean = both.predict(face).groupProbabilities();
      for (int i = 0; i < mean.length; i++) {
        assertEquals((a[i] + b[i]) / 2, mean[i], 1e-6);
      }
    }
  }

  @Test
  void networksThatLearnSideBySideLearnAsEachByItselfAndAreOneModel() throws Exception {
    var pair = train("pair", "--model", "resnet-tiny,attention-tiny", "--epochs", "1", "--clip-norm", "0");
    var alone = train("alone", "--epochs", "1", "--clip-norm", "0");
    var face = RgbImage.read(face(2));
    try (var both = AgeGenderPredictor.load(pair); var one = AgeGenderPredictor.load(alone)) {
      assertEquals("resnet-tiny + attention-tiny", both.model().describe());
      var members = both.ensemble().members();
      var first = members.getFirst().estimate(List.of(face)).getFirst();
      var second = members.getLast().estimate(List.of(face)).getFirst();
      var lone = one.predict(face);
      assertEquals(lone.pFemale(), first.pFemale(), 0);
      assertArrayEquals(lone.groupProbabilities(), first.groupProbabilities());
      assertEquals((first.pFemale() + second.pFemale()) / 2, both.predict(face).pFemale(), 1e-6);
    }
    var result = new ObjectMapper().readTree(pair.resolve("result.json").toFile());
    assertEquals(List.of("1 resnet-tiny", "2 attention-tiny"), result.get("members").properties().stream().map(Map.Entry::getKey).toList());
    assertTrue(Files.readString(pair.resolve("report.html")).contains("2 attention-tiny"));
    var again = run(new EvalAgeGender(), "--weights", pair, "--data", "synthetic:160", "--json").json();
    assertEquals(result.get("test"), again.get("test"));
    assertEquals(result.get("members"), again.get("members"));
  }

  @Test
  void drawnFacesInAnyNumberAndSizeAreMeasuredOnPeopleThatNoneLearnedFrom() throws Exception {
    var tiny = train("tiny", "--epochs", "1");
    var small = train("large", "--epochs", "1", "--model", "resnet-small");
    for (var weights : List.of(tiny + "," + small, small + "," + tiny, tiny + "," + small.resolve("model.safetensors"))) {
      var json = run(new EvalAgeGender(), "--weights", weights, "--data", "synthetic:200", "--json").json();
      assertEquals("test", json.get("test").get("split").asText(), weights);
    }
    var empty = run(new EvalAgeGender(), "--weights", tiny, "--data", "synthetic:1", "--split", "test");
    assertEquals(2, empty.code, empty.words);
    assertTrue(empty.words.contains("split test is empty"), empty.words);
  }

  @Test
  void oneTaskAloneIsToldAlone() throws Exception {
    var gender = train("gender", "--tasks", "gender", "--injection", "off");
    var test = new ObjectMapper().readTree(gender.resolve("result.json").toFile()).get("test");
    assertTrue(test.has("genderAccuracy"));
    assertFalse(test.has("ageGroupAccuracy") || test.has("mae"));
    var told = run(new PredictAge(), face(0), "--run", gender, "--json").json().get("predictions").get(0);
    assertTrue(told.has("gender") && !told.has("ageYears"), told.toString());

    var age = train("age", "--tasks", "age", "--injection", "off", "--groups", "coarse", "--class-weights", "true");
    told = run(new PredictAge(), face(0), "--run", age, "--json").json().get("predictions").get(0);
    assertTrue(told.has("ageYears") && told.has("ageGroup") && !told.has("gender"), told.toString());
    // both together: each tells what it can
    told = run(new PredictAge(), face(0), "--run", age + "," + gender, "--json").json().get("predictions").get(0);
    assertTrue(told.has("ageYears") && told.has("gender"), told.toString());
  }

  @Test
  void theValidationLossIsThatOfWhatIsTold() throws Exception {
    var run = train("gender", "--tasks", "gender", "--injection", "off", "--epochs", "1", "--gender-weight", "2");
    double written = metrics(run).getFirst().get("validation/loss");
    double sum = 0;
    int faces = 0;
    try (var predictor = AgeGenderPredictor.load(run); var source = AgeData.open("synthetic:160", 64, -1, new Console(new PrintStream(PrintStream.nullOutputStream()), new PrintStream(PrintStream.nullOutputStream()), true))) {
      for (int i : source.indices(Split.VALIDATION)) {
        double female = predictor.predict(source.read(i)).pFemale();
        sum -= Math.log(source.samples().get(i).gender() == 1 ? female : 1 - female);
        faces++;
      }
    }
    assertEquals(2 * sum / faces, written, 1e-4);
  }

  @Test
  void theEpochWithTheLowestValidationLossIsKept() throws Exception {
    // At this learning rate the loss goes up and down.
    var outcome = run(new TrainAgeGender(), "--preset", "smoke", "--data", "synthetic:160", "--epochs", "20", "--batch", "8", "--learning-rate", "0.05",
        "--out", temp.resolve("run"));
    assertEquals(0, outcome.code, outcome.words);
    var marked = outcome.words.lines().filter(l -> l.startsWith("epoch ")).map(l -> l.contains("(best)")).toList();
    var rows = metrics(temp.resolve("run"));
    double lowest = Double.POSITIVE_INFINITY;
    Map<String, Double> kept = Map.of();
    var expected = new ArrayList<Boolean>();
    for (var row : rows) {
      expected.add(row.get("validation/loss") < lowest);
      if (expected.getLast()) {
        lowest = row.get("validation/loss");
        kept = row;
      }
    }
    assertFalse(expected.getLast(), "the last epoch has the lowest loss: nothing was chosen");
    assertEquals(expected, marked, outcome.words);
    var scored = run(new EvalAgeGender(), "--weights", temp.resolve("run"), "--data", "synthetic:160", "--split", "validation", "--json").json().get("test");
    assertEquals(kept.get("validation/genderAccuracy"), scored.get("genderAccuracy").asDouble(), 1e-9);
    assertEquals(kept.get("validation/mae"), scored.get("mae").asDouble(), 1e-4);
  }

  private static List<Map<String, Double>> metrics(Path run) {
    var columns = Stream.concat(Stream.of("step"), AgeGenderTrainer.COLUMNS.stream()).toList();
    return MetricsCsv.read(run.resolve("metrics.csv"), columns).stream().map(MetricsCsv.Row::values).toList();
  }

  @Test
  void attentionIsSeenOverTheFace() throws Exception {
    var run = train("attention", "--model", "attention-tiny", "--epochs", "1", "--batch", "16");
    var out = temp.resolve("overlay.png");
    var told = run(new ExplainFace(), face(2), "--weights", run, "--out", out, "--json").json().get("face");
    assertTrue(told.get("panels").toString().contains("attention"), told.toString());
    assertTrue(RgbImage.read(out).width() > 224);
  }

  @Test
  void anEmptySplitIsFoundBeforeTraining() throws Exception {
    var folder = Files.createDirectory(temp.resolve("faces"));
    for (int i = 0; i < 8; i++) {
      Files.write(folder.resolve(i + ".png"), OverlaySheet.png(new SyntheticFaces(3, 8).image(i, 96)));
    }
    var missing = Map.of("train", "test", "test", "validation");
    for (String last : missing.keySet()) {
      var index = new StringBuilder("file,age,gender,split\n");
      for (int i = 0; i < 8; i++) {
        index.append(i).append(".png,").append(20 + i).append(',').append(i % 2).append(',').append(i < 7 ? "train" : last).append('\n');
      }
      Files.writeString(folder.resolve("labels.csv"), index);
      var outcome = run(new TrainAgeGender(), "--preset", "smoke", "--batch", "4", "--data", "csv:" + folder, "--out", temp.resolve("empty"));
      assertEquals(2, outcome.code, outcome.words);
      assertTrue(outcome.words.contains("the " + missing.get(last) + " split is empty"), outcome.words);
      assertFalse(Files.exists(temp.resolve("empty")), "nothing is written");
    }
  }

  @Test
  void aMistakeIsOneLine() throws Exception {
    var age = train("run");
    for (var outcome : List.of(run(new TrainAgeGender(), "--model", "resnet99"), run(new TrainAgeGender(), "--model", "resnet-tiny,"),
        run(new TrainAgeGender(), "--model", "resnet-tiny,resnet-small"), run(new TrainAgeGender(), "--groups", "decades"),
        run(new TrainAgeGender(), "--tasks", "gender", "--preset", "smoke", "--batch", "100000"), run(new TrainAgeGender(), "--beta", "-1"),
        run(new EvalAgeGender(), "--weights", temp.resolve("none"), "--data", "synthetic:160"),
        run(new EvalAgeGender(), "--weights", age, "--data", "synthetic:160", "--split", "some"),
        run(new EvalAgeGender(), "--weights", age, "--data", "synthetic:160", "--save", temp),
        run(new TrainAgeGender(), "--resume", age, "--model", "resnet-tiny"))) {
      assertEquals(2, outcome.code, outcome.words);
      assertEquals(1, outcome.words.lines().filter(l -> l.startsWith("mien: ")).count(), outcome.words);
    }
  }
}
