package dev.mien.training.age;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.io.CheckpointStore;
import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.AdamW;
import dev.mien.engine.optim.ExponentialAverage;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.optim.Schedule;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.plan.MemoryPlan;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Stateful;
import dev.mien.models.age.AgeModel;
import dev.mien.models.backbone.Recomputing;
import dev.mien.models.loss.AgeLoss;
import dev.mien.models.loss.AgeLosses;
import dev.mien.training.command.Console;
import dev.mien.training.command.Interrupt;
import dev.mien.training.command.Progress;
import dev.mien.training.data.AgeBatch;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.DataLoader;
import dev.mien.training.data.Split;
import dev.mien.training.run.Logs;
import dev.mien.training.run.PendingLosses;
import dev.mien.training.run.RunFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * The training loop of an age network: epochs over the training split, validation after each, checkpoints on the way. Every number is a
 * pure function of the settings and the data; a run that was stopped anywhere goes on to the same bits.
 */
final class AgeTrainer implements AutoCloseable {
  /** Columns of {@code metrics.csv}. */
  static final List<String> COLUMNS = List.of("epoch", "train/loss", "train/mae", "train/averageK", "validation/loss", "validation/mae",
      "learningRate", "gradientNorm", "imagesPerSecond", "seconds");

  private final AgeSettings settings;
  private final AgeSource source;
  private final Device device;
  private final Console console;
  private final Rng rng;
  private final AgeLoss loss;
  private final AgeModel model;
  private final Module net;
  private final Module averaged;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final ExponentialAverage average;
  private final DataLoader loader;
  private final AgeDataset validation;
  private final EpochTally tally = new EpochTally();
  private final PendingLosses<float[]> pending;

  /** @param recomputing whether blocks are run again in backward instead of kept */
  AgeTrainer(AgeSettings settings, AgeSource source, Device device, Console console, boolean recomputing) {
    this.settings = settings;
    this.source = source;
    this.device = device;
    this.console = console;
    rng = Rng.seed(settings.seed());
    loss = AgeLosses.named(settings.loss());
    model = AgeTransforms.model(settings, source);
    var train = AgeDataset.of(source, Split.TRAIN, AgeTransforms.training(settings), settings.sizePx(), AgeSettings.LAST_CLASS);
    validation = source.validates() ? AgeDataset.of(source, Split.VALIDATION, AgeTransforms.evaluation(model.contract()),
        settings.sizePx(), AgeSettings.LAST_CLASS) : null;
    if (settings.batch() > train.size()) {
      throw new MienException("--batch " + settings.batch() + " is larger than the training split of " + train.size()
          + " pictures; choose a smaller batch");
    }
    net = model.build(rng.split("init")).to(device);
    if (recomputing) {
      recompute(net, settings.model());
    }
    optimizer = optimizer(settings.recipe(), net);
    var recipe = settings.recipe();
    average = recipe.averageDecay() > 0 ? new ExponentialAverage(net, recipe.averageDecay()) : null;
    averaged = average == null ? net : model.build(Rng.seed(0)).to(device);
    loader = new DataLoader(train, settings.batch(), rng.split("loader"));
    schedule = schedule(settings, loader.batchesPerEpoch());
    pending = new PendingLosses<>(device);
    optimizer.deferChecks(pending.deferred());
  }

  private static void recompute(Module net, String name) {
    if (!(net instanceof Recomputing r)) {
      throw new MienException("--checkpointing works with residual networks, not with " + name + "; leave it out, or take another --model");
    }
    r.recomputing(true);
  }

  /** What a training with these settings needs on the CPU. */
  static MemoryPlan plan(AgeSettings settings, AgeSource source, Console console, boolean recomputing) {
    return MemoryPlan.of(device -> {
      try (var trainer = new AgeTrainer(settings, source, device, console, recomputing)) {
        return trainer.work();
      }
    });
  }

  private MemoryPlan.Work work() {
    int n = settings.batch();
    int side = settings.sizePx();
    var images = HostTensor.deferred(() -> new float[n * 3 * side * side], n, 3, side, side);
    var labels = HostTensor.of(new int[n], n);
    return new MemoryPlan.Work(net, optimizer,
        (scope, context) -> loss.evaluate(net.forward(scope.upload(images), context), scope.upload(labels)).loss());
  }

  private static Optimizer optimizer(AgeSettings.Recipe recipe, Module net) {
    return switch (recipe.optimizer()) {
      case SGD -> new Sgd(net.parameters(), Sgd.learningRate(recipe.learningRate()).momentum(0.9).weightDecay(recipe.weightDecay())
          .clipNorm(recipe.clipNorm()));
      case ADAMW -> new AdamW(net.parameters(), AdamW.learningRate(recipe.learningRate()).weightDecay(recipe.weightDecay())
          .clipNorm(recipe.clipNorm()).decayVectors(false));
    };
  }

  private static Schedule schedule(AgeSettings settings, int stepsPerEpoch) {
    var recipe = settings.recipe();
    long total = (long) settings.epochs() * stepsPerEpoch;
    var falling = switch (recipe.schedule()) {
      case COSINE -> Schedule.cosine(recipe.learningRate(), recipe.learningRate() / 100, total);
      case STEP15 -> Schedule.step(recipe.learningRate(), 15L * stepsPerEpoch, 0.1);
    };
    long warmUp = Math.round(recipe.warmUpEpochs() * stepsPerEpoch);
    return warmUp > 0 ? falling.warmUp(warmUp) : falling;
  }

  /** How the loop ended. */
  record Ended(boolean complete, double seconds, double imagesPerSecond) {}

  AgeModel model() {
    return model;
  }

  /** Trains to the last epoch or to the first interrupt, from wherever the run stands. */
  Ended run(RunFolder run, Interrupt interrupt, double checkpointSeconds) {
    var store = CheckpointStore.open(run.file("checkpoints"));
    var parts = parts();
    var saved = store.loadNewest(message -> console.warn(message));
    saved.ifPresent(s -> Checkpoint.restore(s.state(), parts));
    if (saved.isEmpty() && pending.deferred()) {
      store.save(0, parts); // what a step with NaN is looked for from
    }
    long first = loader.position().epoch();
    int perEpoch = loader.batchesPerEpoch() * settings.batch();
    long began = System.nanoTime();
    double trainSeconds = 0;
    long pictures = 0;
    long lastSave = began;
    try (var logs = run.logs(COLUMNS, optimizer.steps());
        var progress = console.progress("train", (long) settings.epochs() * perEpoch, "images",
            optimizer.steps() * settings.batch())) {
      for (long epoch = first; epoch < settings.epochs(); epoch++) {
        long started = System.nanoTime();
        int counted = 0;
        for (var batch : loader) {
          step(batch, epoch);
          counted += batch.size();
          boolean last = loader.position().epoch() > epoch;
          boolean save = !last && (interrupt.requested() || (System.nanoTime() - lastSave) / 1e9 >= checkpointSeconds);
          if (last || save || pending.full()) {
            settle(store); // before every checkpoint: none may hold what followed a NaN
          }
          progress.step(batch.size(), String.format(Locale.ROOT, "epoch %d/%d  loss %.3f  MAE %.2f", epoch + 1, settings.epochs(),
              tally.lastLoss(), tally.maeYears()));
          if (save) {
            store.save(optimizer.steps(), parts);
            lastSave = System.nanoTime();
            if (interrupt.requested()) {
              return new Ended(false, seconds(began), 0);
            }
          }
        }
        double epochSeconds = seconds(started);
        trainSeconds += epochSeconds;
        pictures += counted;
        endOfEpoch(run, store, logs, progress, new Epoch(epoch, counted, epochSeconds));
        store.save(optimizer.steps(), parts);
        lastSave = System.nanoTime();
        if (interrupt.requested() && epoch + 1 < settings.epochs()) {
          return new Ended(false, seconds(began), 0);
        }
      }
    }
    return new Ended(true, seconds(began), trainSeconds > 0 ? pictures / trainSeconds : 0);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private Stateful[] parts() {
    var parts = new ArrayList<Stateful>(List.of(net, optimizer, loader, tally));
    if (average != null) {
      parts.add(average);
    }
    return parts.toArray(Stateful[]::new);
  }

  private void step(AgeBatch batch, long epoch) {
    optimizer.setLearningRate(schedule.learningRate(optimizer.steps()));
    var key = rng.split("step").at(optimizer.steps());
    try (var scope = device.scope()) {
      var context = Context.train(key);
      var logits = net.forward(scope.upload(batch.images()), context);
      var result = loss.evaluate(logits, scope.upload(batch.labels()));
      var gradients = result.loss().backward();
      if (!pending.deferred()) {
        requireFinite(optimizer.steps() + 1, result.loss().item());
      }
      optimizer.step(gradients, context);
      pending.add(scope, optimizer.steps(), result.loss(), result.terms(), batch.ageYears());
      if (average != null) {
        average.update();
      }
    } catch (NonFiniteException e) {
      throw diagnose(e, batch, key, epoch);
    }
  }

  private static void requireFinite(long step, double loss) {
    if (!Double.isFinite(loss)) {
      throw new NonFiniteException("the loss of step " + step + " is " + loss);
    }
  }

  /** Takes over what the steps since the last time left on the device. */
  private void settle(CheckpointStore store) {
    long bad = optimizer.firstRefusedStep();
    for (var read : pending.read()) {
      if (bad == 0 && !Double.isFinite(read.loss())) {
        bad = read.step();
      }
      if (bad == 0) {
        tally.add(read.loss(), read.terms(), read.about());
      }
    }
    if (bad > 0) {
      replay(store, bad);
    }
  }

  /** Goes back to the last checkpoint and repeats the steps up to the one that failed, which is then looked at. */
  private void replay(CheckpointStore store, long bad) {
    var saved = store.loadNewest(message -> console.warn(message)).orElseThrow();
    console.warn("step " + bad + " met a NaN or infinity; repeating the steps since the last checkpoint to name the operation");
    Checkpoint.restore(saved.state(), parts());
    optimizer.deferChecks(false);
    while (optimizer.steps() < bad) {
      long epoch = loader.position().epoch();
      for (var batch : loader) {
        if (optimizer.steps() + 1 == bad) {
          throw diagnose(new NonFiniteException("step " + bad + " met a NaN or infinity"), batch, rng.split("step").at(optimizer.steps()), epoch);
        }
        step(batch, epoch);
        pending.close();
      }
    }
    throw new IllegalStateException("step " + bad + " lies before the checkpoint of step " + optimizer.steps());
  }

  /** Repeats the step, which changed nothing, with every operation checked, so that the message names the culprit. */
  private NonFiniteException diagnose(NonFiniteException found, AgeBatch batch, Rng key, long epoch) {
    String where = found.getMessage();
    try (var scope = device.scope()) {
      var context = Context.trainDetectingAnomalies(key);
      var logits = net.forward(scope.upload(batch.images()), context);
      loss.forward(logits, scope.upload(batch.labels())).backward();
    } catch (NonFiniteException culprit) {
      where = culprit.getMessage();
    }
    return new NonFiniteException("training stopped at step " + (optimizer.steps() + 1) + " (epoch " + (epoch + 1) + "): " + where
        + ". The last good checkpoint is kept; begin again with a smaller --learning-rate");
  }

  private record Epoch(long number, int pictures, double seconds) {}

  private void endOfEpoch(RunFolder run, CheckpointStore store, Logs logs, Progress progress, Epoch epoch) {
    if (average != null) {
      average.copyTo(averaged);
    }
    // Without a validation split (leave one person out) nothing is chosen: the last epoch's weights are the result.
    var scored = validation == null ? null : AgeEvaluator.evaluate(device, averaged, validation, loss, n -> { });
    double mae = scored == null ? Double.NaN
        : scored.predictions().stream().mapToDouble(p -> Math.abs(p.predictedYears() - p.ageYears())).average().orElseThrow();
    boolean best = scored == null || tally.improves(mae);
    if (best) {
      model.save(run.file(AgeModel.FILE_NAME), averaged);
    }
    var row = new LinkedHashMap<String, Number>();
    row.put("epoch", epoch.number + 1);
    row.put("train/loss", tally.meanLoss());
    row.put("train/mae", tally.maeYears());
    row.put("train/averageK", tally.averageK());
    if (scored != null) {
      row.put("validation/loss", scored.loss());
      row.put("validation/mae", mae);
    }
    row.put("learningRate", optimizer.learningRate());
    row.put("gradientNorm", optimizer.lastGradientNorm());
    row.put("imagesPerSecond", epoch.seconds > 0 ? epoch.pictures / epoch.seconds : 0);
    row.put("seconds", epoch.seconds);
    logs.write(optimizer.steps(), row);
    String validated = scored == null ? "" : String.format(Locale.ROOT, "  validation MAE %.2f%s", mae, best ? " (best)" : "");
    progress.say(String.format(Locale.ROOT, "epoch %d/%d  loss %.3f  train MAE %.2f%s  K %.1f  %.0f images/s", epoch.number + 1,
        settings.epochs(), tally.meanLoss(), tally.maeYears(), validated, tally.averageK(), epoch.pictures / epoch.seconds));
    tally.clear();
  }

  @Override
  public void close() {
    pending.close();
    loader.close();
  }
}
