package dev.mien.training.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mien.engine.io.CheckpointStore;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.training.command.Console;
import dev.mien.training.loop.Recipe.Optimizer;
import dev.mien.training.loop.Recipe.Schedule;
import dev.mien.training.run.MetricsCsv;
import dev.mien.training.run.RunFolder;
import dev.mien.training.run.RunRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of several batches, stopped in the middle of an epoch whose last batch is one too many, and a step that overflows. */
class TrainingLoopTest {
  /** 11 batches an epoch: five steps of two, and one batch that is passed over. */
  private static final Course COURSE = new Course(3, 2, 2, 7, new Recipe(Optimizer.SGD, 0.1, 1e-4, Schedule.COSINE, 1, 5, 0.9));

  @TempDir
  Path folder;

  private final ByteArrayOutputStream words = new ByteArrayOutputStream();

  private TrainingLoop.Ended train(String name, String on, Course course, UnaryOperator<LineTask> change) {
    var err = new PrintStream(words, true, StandardCharsets.UTF_8);
    var out = folder.resolve(name);
    var plan = new RunRecord.Plan(course.seed(), "none", Map.of(), List.of());
    try (var device = Device.open(on); var run = Files.exists(out) ? RunFolder.resume(out) : RunFolder.create(out, RunRecord.of("line", plan, "0"));
        var loop = new TrainingLoop<>(change.apply(new LineTask(course, device)), course, device, new Console(err, err, false))) {
      return loop.run(run, 0);
    }
  }

  private List<MetricsCsv.Row> rows(String name) {
    var columns = new ArrayList<>(List.of("step"));
    columns.addAll(TrainingLoop.columns("train/loss", "train/points"));
    return MetricsCsv.read(folder.resolve(name).resolve("metrics.csv"), columns);
  }

  private String line(String name) throws Exception {
    return Files.readString(folder.resolve(name).resolve("line.json"));
  }

  private long newest(String name) {
    return CheckpointStore.open(folder.resolve(name).resolve("checkpoints")).loadNewest(m -> { }).orElseThrow().step();
  }

  @Test
  void aStopInTheMiddleChangesNeitherWeightsNorSums() throws Exception {
    assertTrue(train("whole", "cpu", COURSE, t -> t).complete());
    assertEquals(List.of(5L, 10L, 15L), rows("whole").stream().map(MetricsCsv.Row::step).toList());
    assertTrue(rows("whole").stream().allMatch(r -> r.values().get("train/points") == 20), rows("whole").toString());

    assertThrows(IllegalStateException.class, () -> train("stopped", "cpu", COURSE, t -> t.dyingAfter(8)));
    assertEquals(7, newest("stopped"));
    train("stopped", "cpu", COURSE, t -> t);
    assertEquals(line("whole"), line("stopped"));
    for (int i = 0; i < 3; i++) {
      for (var column : List.of("epoch", "train/loss", "train/points", "learningRate", "gradientNorm")) {
        assertEquals(rows("whole").get(i).values().get(column), rows("stopped").get(i).values().get(column), column);
      }
    }
  }

  /** On opencl:0 the figures are read late: the checkpoint must not hold what followed, and the step is found from there. */
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "opencl:0"})
  void aStepThatOverflowsIsNamedAndLeavesNoTrace(String device) throws Exception {
    var found = Device.diagnose().stream().filter(d -> d.device().equals(device)).findFirst();
    assumeTrue(found.isPresent() && found.get().usable(), () -> device + ": " + found.map(d -> d.reason()).orElse("no such device"));
    train("good", device, COURSE, t -> t);
    var e = assertThrows(NonFiniteException.class, () -> train("bad", device, COURSE, t -> t.overflowingIn(7)));
    assertTrue(e.getMessage().startsWith("training stopped at step 7 (epoch 2): "), e.getMessage());
    assertTrue(e.getMessage().contains("square"), e.getMessage());
    assertEquals(6, newest("bad"));
    train("bad", device, COURSE, t -> t);
    assertEquals(line("good"), line("bad"));
    assertEquals(rows("good").getLast().values().get("train/loss"), rows("bad").getLast().values().get("train/loss"));
  }

  @Test
  void severalBatchesAStepAreOneOfTheirSize() throws Exception {
    var recipe = new Recipe(Optimizer.SGD, 0.1, 0, Schedule.COSINE, 0, 0, 0);
    train("two", "reference", new Course(2, 5, 2, 7, recipe), t -> t);
    train("one", "reference", new Course(2, 10, 1, 7, recipe), t -> t);
    for (int i = 0; i < 2; i++) {
      assertEquals(rows("one").get(i).values().get("train/loss"), rows("two").get(i).values().get("train/loss"), 1e-6);
      assertEquals(rows("one").get(i).values().get("gradientNorm"), rows("two").get(i).values().get("gradientNorm"), 1e-6);
    }
  }

  @Test
  void aTaskOfAnyKindIsPlanned() {
    var plan = TrainingLoop.plan(device -> new LineTask(COURSE, device), COURSE);
    assertTrue(plan.parameterBytes() > 0 && plan.otherBytes() > 0 && plan.peakBytes() > plan.parameterBytes(), plan.toString());
  }
}
