package dev.mien.training.loop;

import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.plan.MemoryPlan;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Stateful;
import dev.mien.training.command.Console;
import dev.mien.training.command.Interrupt;
import dev.mien.training.command.Progress;
import dev.mien.training.data.BatchLoader;
import dev.mien.training.run.Logs;
import dev.mien.training.run.RunFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The training loop: epochs over the pictures, checkpoints on the way, logs, the average of the weights, a look at what was learned after each
 * epoch. Every number is a pure function of the task, its course and the data; a run that was stopped anywhere goes on to the same bits.
 *
 * <pre>{@code
 * try (var loop = new TrainingLoop<>(new AgeTrainer(settings, source, device, false), settings.course(), device, console)) {
 *   var ended = loop.run(run, 60);
 * }
 * }</pre>
 *
 * @param <B> a batch
 * @param <N> the network whose weights are kept
 */
public final class TrainingLoop<B, N extends Module> implements AutoCloseable {
  private final TrainingTask<B, N> task;
  private final Course course;
  private final Console console;
  private final Optimizer optimizer;
  private final BatchLoader<B> loader;
  private final Stepper<B, N> stepper;
  private final PendingLosses pending;

  /** Takes the task over: closing the loop closes it. */
  public TrainingLoop(TrainingTask<B, N> task, Course course, Device device, Console console) {
    this.task = task;
    this.course = course;
    this.console = console;
    optimizer = task.optimizer();
    loader = task.openLoader();
    stepper = new Stepper<>(task, course, device, stepsPerEpoch());
    pending = stepper.pending();
  }

  /** How the loop ended. */
  public record Ended(boolean complete, double seconds, double imagesPerSecond) {}

  /** What is written to and asked while a run goes on. */
  private record Desk(RunFolder run, Checkpoints checkpoints, Interrupt interrupt, Logs logs, Progress progress) {}

  private record Epoch(long number, long pictures, double seconds) {}

  /** All columns of {@code metrics.csv} for a task with these of its own. */
  public static List<String> columns(String... own) {
    var columns = new ArrayList<>(List.of("epoch"));
    columns.addAll(List.of(own));
    columns.addAll(List.of("learningRate", "gradientNorm", "imagesPerSecond", "seconds"));
    return List.copyOf(columns);
  }

  /** What a training needs on the CPU. */
  public static <B, N extends Module> MemoryPlan plan(Function<Device, TrainingTask<B, N>> build, Course course) {
    return MemoryPlan.of(device -> {
      var task = build.apply(device);
      Stepper.Average.of(task, course.recipe());
      var blank = task.blankBatch();
      return new MemoryPlan.Work(task.modules(), task.optimizer(), course.accumulate(),
          (scope, context) -> task.forward(scope, blank, context).loss());
    });
  }

  private int stepsPerEpoch() {
    return loader.batchesPerEpoch() / course.accumulate();
  }

  private Stateful[] parts() {
    var parts = new ArrayList<Stateful>(task.modules());
    parts.add(optimizer);
    parts.add(loader);
    parts.addAll(task.parts());
    if (stepper.averageWeights() != null) {
      parts.add(stepper.averageWeights());
    }
    return parts.toArray(Stateful[]::new);
  }

  /** Trains to the last epoch or to the first interrupt (Ctrl-C), from wherever the run stands. */
  public Ended run(RunFolder run, double checkpointSeconds) {
    Ended ended;
    try (var interrupt = Interrupt.listen()) {
      ended = run(run, interrupt, checkpointSeconds);
    }
    if (!ended.complete) {
      console.note("stopped and saved; go on with: ./mien train " + run.record().task() + " --resume " + run.path());
    }
    return ended;
  }

  private Ended run(RunFolder run, Interrupt interrupt, double checkpointSeconds) {
    var checkpoints = new Checkpoints(run.file("checkpoints"), parts(), console, checkpointSeconds);
    if (!checkpoints.restore() && pending.deferred()) {
      checkpoints.save(0); // what a step with NaN is looked for from
    }
    long began = System.nanoTime();
    double trainSeconds = 0;
    long pictures = 0;
    long total = (long) course.epochs() * stepsPerEpoch() * course.stepSize();
    try (var logs = run.logs(task.columns(), optimizer.steps());
        var progress = console.progress("train", total, "images", optimizer.steps() * course.stepSize())) {
      var desk = new Desk(run, checkpoints, interrupt, logs, progress);
      for (long number = loader.position().epoch(); number < course.epochs(); number++) {
        long started = System.nanoTime();
        long counted = train(desk, number);
        if (loader.position().epoch() == number) {
          return new Ended(false, seconds(began), 0);
        }
        var epoch = new Epoch(number, counted, seconds(started));
        trainSeconds += epoch.seconds;
        pictures += counted;
        report(desk, epoch);
        checkpoints.save(optimizer.steps());
        if (interrupt.requested() && number + 1 < course.epochs()) {
          return new Ended(false, seconds(began), 0);
        }
      }
    }
    return new Ended(true, seconds(began), trainSeconds > 0 ? pictures / trainSeconds : 0);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** Trains the rest of an epoch or, after an interrupt, leaves it where the checkpoint stands; the number of pictures. */
  private long train(Desk desk, long epoch) {
    long pictures = 0;
    while (loader.position().epoch() == epoch) {
      var batches = next();
      if (batches.isEmpty()) {
        break; // fewer batches were left than a step takes
      }
      stepper.step(batches, epoch);
      pictures += course.stepSize();
      boolean last = loader.position().epoch() > epoch;
      boolean save = !last && (desk.interrupt.requested() || desk.checkpoints.due());
      if (last || save || pending.full()) {
        settle(desk.checkpoints); // before every checkpoint: none may hold what followed a NaN
      }
      desk.progress.step(course.stepSize(), place(epoch) + task.standing());
      if (save) {
        desk.checkpoints.save(optimizer.steps());
        if (desk.interrupt.requested()) {
          return pictures;
        }
      }
    }
    settle(desk.checkpoints);
    return pictures;
  }

  private String place(long epoch) {
    return "epoch " + (epoch + 1) + "/" + course.epochs() + "  ";
  }

  /** The batches of a step; none when the epoch has too few left, which are then passed over. */
  private List<B> next() {
    var batches = new ArrayList<B>();
    for (var batch : loader) {
      batches.add(batch);
      if (batches.size() == course.accumulate()) {
        return batches;
      }
    }
    return List.of();
  }

  /** Takes over what the steps since the last time left on the device. */
  private void settle(Checkpoints checkpoints) {
    long bad = optimizer.firstRefusedStep();
    for (var read : pending.read()) {
      if (bad == 0 && !Double.isFinite(read.loss())) {
        bad = read.step();
      }
      if (bad == 0) {
        read.tallied();
      }
    }
    if (bad > 0) {
      throw replay(checkpoints, bad);
    }
  }

  /** Goes back to the last checkpoint and repeats the steps up to the one that failed, which is then looked at. */
  private NonFiniteException replay(Checkpoints checkpoints, long bad) {
    console.warn("step " + bad + " met a NaN or infinity; repeating the steps since the last checkpoint to name the operation");
    checkpoints.restore();
    optimizer.deferChecks(false);
    while (optimizer.steps() < bad) {
      long epoch = loader.position().epoch();
      var batches = next();
      if (!batches.isEmpty() && optimizer.steps() + 1 == bad) {
        return stepper.diagnose(new NonFiniteException("step " + bad + " met a NaN or infinity"), batches, epoch);
      }
      if (!batches.isEmpty()) {
        stepper.step(batches, epoch);
        pending.close();
      }
    }
    throw new IllegalStateException("step " + bad + " lies before the checkpoint of step " + optimizer.steps());
  }

  private void report(Desk desk, Epoch epoch) {
    var report = task.endOfEpoch(stepper.validated(), desk.run, epoch.number);
    var row = new LinkedHashMap<String, Number>();
    row.put("epoch", epoch.number + 1);
    row.putAll(report.row());
    row.put("learningRate", optimizer.learningRate());
    row.put("gradientNorm", optimizer.lastGradientNorm());
    row.put("imagesPerSecond", epoch.seconds > 0 ? epoch.pictures / epoch.seconds : 0);
    row.put("seconds", epoch.seconds);
    desk.logs.write(optimizer.steps(), row);
    desk.progress.say(place(epoch.number) + report.words() + String.format(Locale.ROOT, "  %.0f images/s", epoch.pictures / epoch.seconds));
  }

  @Override
  public void close() {
    pending.close();
    loader.close();
    task.close();
  }
}
