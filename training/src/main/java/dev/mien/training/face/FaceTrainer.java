package dev.mien.training.face;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.io.CheckpointStore;
import dev.mien.engine.optim.AdamW;
import dev.mien.engine.optim.ExponentialAverage;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.optim.Schedule;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.GradientAccumulator;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Stateful;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.backbone.FaceNet;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.face.FaceModel;
import dev.mien.models.head.AdaFaceHead;
import dev.mien.models.head.FaceHead;
import dev.mien.models.head.FaceHeads;
import dev.mien.models.head.PartialFc;
import dev.mien.training.command.Console;
import dev.mien.training.command.Interrupt;
import dev.mien.training.command.Progress;
import dev.mien.training.data.BatchLoader;
import dev.mien.training.facedata.FaceBatch;
import dev.mien.training.facedata.FaceDataset;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.run.Logs;
import dev.mien.training.run.PendingLosses;
import dev.mien.training.run.RunFolder;
import dev.mien.training.verification.PairVerification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * The training loop of a face network: epochs over the pictures, verification of pairs after each, checkpoints on the way. Every number is a
 * pure function of the settings and the data; a run that was stopped anywhere goes on to the same bits.
 */
final class FaceTrainer implements AutoCloseable {
  /** Columns of {@code metrics.csv}. */
  static final List<String> COLUMNS = List.of("epoch", "train/loss", "train/quality", "train/qualityStd", "validation/accuracy",
      "validation/threshold", "learningRate", "gradientNorm", "imagesPerSecond", "seconds");

  private final FaceSettings settings;
  private final FaceSource source;
  private final Device device;
  private final Console console;
  private final Rng rng;
  private final FaceModel model;
  private final FaceNet net;
  private final FaceNet averaged;
  private final FaceHead head;
  private final PartialFc partial;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final ExponentialAverage average;
  private final BatchLoader<FaceBatch> loader;
  private final FaceTally tally;
  private final PendingLosses<int[]> pending;

  FaceTrainer(FaceSettings settings, FaceSource source, Device device, Console console) {
    this.settings = settings;
    this.source = source;
    this.device = device;
    this.console = console;
    rng = Rng.seed(settings.seed());
    if (source.identities() < 2) {
      throw new MienException("[data] " + source.describe() + ": nobody to learn from; training needs two people");
    }
    if (settings.batch() * settings.accumulate() > source.samples().size()) {
      throw new MienException("--batch " + settings.batch() + (settings.accumulate() > 1 ? " times --accumulate " + settings.accumulate() : "")
          + " is more than the " + source.samples().size() + " pictures to learn from; choose a smaller batch");
    }
    var plain = Backbones.embedder(settings.model(), rng.split("init"));
    model = new FaceModel(settings.model(), FaceTransforms.contract(plain.inputSide(), source.cropPolicy()), source.describe(), Double.NaN);
    net = plain.to(device);
    var h = settings.head();
    var choice = new FaceHeads.Choice(h.scale(), h.margin() == 0 ? Double.NaN : h.margin(), h.initFromFirstBatch());
    head = FaceHeads.named(h.name(), h.sample() > 0 ? 0 : source.identities(), net.features(), choice, rng.split("head"));
    head.to(device);
    var recipe = settings.recipe();
    partial = h.sample() == 0 ? null : new PartialFc(device, head, source.identities(), net.features(), h.sample(), 0.9, recipe.weightDecay(),
        rng.split("identities"));
    optimizer = optimizer(recipe);
    average = recipe.averageDecay() > 0 ? new ExponentialAverage(net, recipe.averageDecay()) : null;
    averaged = average == null ? net : model.build(Rng.seed(0)).to(device);
    loader = new BatchLoader<>(new FaceDataset(source, FaceTransforms.training(settings.augment(), net.inputSide()), net.inputSide()),
        settings.batch(), rng.split("loader"));
    schedule = schedule();
    tally = new FaceTally();
    pending = new PendingLosses<>(device);
    optimizer.deferChecks(pending.deferred());
  }

  private Optimizer optimizer(FaceSettings.Recipe recipe) {
    var parameters = new ArrayList<Parameter>(net.parameters());
    parameters.addAll(head.parameters());
    var made = switch (recipe.optimizer()) {
      case SGD -> new Sgd(parameters, Sgd.learningRate(recipe.learningRate()).momentum(0.9).weightDecay(recipe.weightDecay())
          .clipNorm(recipe.clipNorm()));
      case ADAMW -> new AdamW(parameters, AdamW.learningRate(recipe.learningRate()).weightDecay(recipe.weightDecay())
          .clipNorm(recipe.clipNorm()));
    };
    made.withoutDecay(net.normParameters());
    return made;
  }

  private int stepsPerEpoch() {
    return loader.batchesPerEpoch() / settings.accumulate();
  }

  private Schedule schedule() {
    var recipe = settings.recipe();
    long total = (long) settings.epochs() * stepsPerEpoch();
    var falling = switch (recipe.schedule()) {
      case COSINE -> Schedule.cosine(recipe.learningRate(), recipe.learningRate() / 100, total);
      case STEPS -> Schedule.multiStep(recipe.learningRate(), 0.1, total * 12 / 26, total * 20 / 26, total * 24 / 26);
    };
    long warmUp = Math.round(recipe.warmUpEpochs() * stepsPerEpoch());
    return warmUp > 0 ? falling.warmUp(warmUp) : falling;
  }

  /** How the loop ended. */
  record Ended(boolean complete, double seconds, double imagesPerSecond) {}

  /** Trains to the last epoch or to the first interrupt, from wherever the run stands. */
  Ended run(RunFolder run, Interrupt interrupt, double checkpointSeconds) {
    var store = CheckpointStore.open(run.file("checkpoints"));
    var saved = store.loadNewest(message -> console.warn(message));
    saved.ifPresent(s -> Checkpoint.restore(s.state(), parts()));
    if (saved.isEmpty() && pending.deferred()) {
      store.save(0, parts()); // what a step with NaN is looked for from
    }
    long perEpoch = (long) stepsPerEpoch() * settings.accumulate() * settings.batch();
    long began = System.nanoTime();
    double trainSeconds = 0;
    long pictures = 0;
    long lastSave = began;
    try (var logs = run.logs(COLUMNS, optimizer.steps());
        var progress = console.progress("train", settings.epochs() * perEpoch, "images", optimizer.steps() * settings.batch()
            * settings.accumulate())) {
      for (long epoch = loader.position().epoch(); epoch < settings.epochs(); epoch++) {
        long started = System.nanoTime();
        int counted = 0;
        while (loader.position().epoch() == epoch) {
          var batches = next();
          if (batches.isEmpty()) {
            break; // fewer batches were left than a step takes
          }
          step(batches, epoch);
          int size = batches.size() * settings.batch();
          counted += size;
          boolean last = loader.position().epoch() > epoch;
          boolean save = !last && (interrupt.requested() || (System.nanoTime() - lastSave) / 1e9 >= checkpointSeconds);
          if (last || save || pending.full()) {
            settle(store); // before every checkpoint: none may hold what followed a NaN
          }
          progress.step(size, String.format(Locale.ROOT, "epoch %d/%d  loss %.3f", epoch + 1, settings.epochs(), tally.lastLoss()));
          if (save) {
            store.save(optimizer.steps(), parts());
            lastSave = System.nanoTime();
            if (interrupt.requested()) {
              return new Ended(false, seconds(began), 0);
            }
          }
        }
        settle(store);
        double epochSeconds = seconds(started);
        trainSeconds += epochSeconds;
        pictures += counted;
        endOfEpoch(run, logs, progress, new Epoch(epoch, counted, epochSeconds));
        store.save(optimizer.steps(), parts());
        lastSave = System.nanoTime();
        if (interrupt.requested() && epoch + 1 < settings.epochs()) {
          return new Ended(false, seconds(began), 0);
        }
      }
    }
    return new Ended(true, seconds(began), trainSeconds > 0 ? pictures / trainSeconds : 0);
  }

  /** The batches of a step; none when the epoch has too few left, which are then passed over. */
  private List<FaceBatch> next() {
    var batches = new ArrayList<FaceBatch>();
    for (var batch : loader) {
      batches.add(batch);
      if (batches.size() == settings.accumulate()) {
        return batches;
      }
    }
    return List.of();
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private Stateful[] parts() {
    var parts = new ArrayList<Stateful>(List.of(net, head, optimizer, loader, tally));
    if (average != null) {
      parts.add(average);
    }
    if (partial != null) {
      parts.add(partial);
    }
    return parts.toArray(Stateful[]::new);
  }

  private FaceHead.Result forward(Scope scope, FaceBatch batch, Context context) {
    var z = net.forward(scope.upload(batch.images()), context);
    return partial == null ? head.evaluate(z, scope.upload(HostTensor.of(batch.labels(), batch.size())), context)
        : partial.evaluate(scope, z, batch.labels(), optimizer.steps(), context);
  }

  private void step(List<FaceBatch> batches, long epoch) {
    double rate = schedule.learningRate(optimizer.steps());
    optimizer.setLearningRate(rate);
    long number = optimizer.steps() + 1;
    var key = rng.split("step").at(optimizer.steps());
    try (var accumulator = new GradientAccumulator(device)) {
      for (int i = 0; i < batches.size(); i++) {
        try (var scope = device.scope()) {
          var context = Context.train(key.at(i));
          var result = forward(scope, batches.get(i), context);
          var gradients = result.loss().backward();
          if (!pending.deferred() && !Double.isFinite(result.loss().item())) {
            throw new NonFiniteException("the loss of step " + number + " is " + result.loss().item());
          }
          pending.add(scope, number, result.loss(), result.quality(), batches.get(i).labels());
          if (batches.size() > 1) {
            gradients.addTo(accumulator, 1.0 / batches.size());
            context.commitUpdates();
          } else {
            optimizer.step(gradients, context);
            if (partial != null) {
              partial.step(gradients, rate);
            }
          }
        }
      }
      if (batches.size() > 1) {
        optimizer.step(accumulator.gradients(), Context.train(key));
      }
      if (average != null) {
        average.update();
      }
    } catch (NonFiniteException e) {
      throw diagnose(e, batches, key, epoch);
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
        tally.add(read.loss(), read.terms());
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
      var batches = next();
      if (!batches.isEmpty() && optimizer.steps() + 1 == bad) {
        throw diagnose(new NonFiniteException("step " + bad + " met a NaN or infinity"), batches, rng.split("step").at(optimizer.steps()), epoch);
      }
      if (!batches.isEmpty()) {
        step(batches, epoch);
        pending.close();
      }
    }
    throw new IllegalStateException("step " + bad + " lies before the checkpoint of step " + optimizer.steps());
  }

  /** Repeats the step, which changed nothing, with every operation checked, so that the message names the culprit. */
  private NonFiniteException diagnose(NonFiniteException found, List<FaceBatch> batches, Rng key, long epoch) {
    String where = found.getMessage();
    for (int i = 0; i < batches.size(); i++) {
      try (var scope = device.scope()) {
        forward(scope, batches.get(i), Context.trainDetectingAnomalies(key.at(i))).loss().backward();
      } catch (NonFiniteException culprit) {
        where = culprit.getMessage();
        break;
      }
    }
    return new NonFiniteException("training stopped at step " + (optimizer.steps() + 1) + " (epoch " + (epoch + 1) + "): " + where
        + ". The last good checkpoint is kept; begin again with a smaller --learning-rate");
  }

  private record Epoch(long number, int pictures, double seconds) {}

  private void endOfEpoch(RunFolder run, Logs logs, Progress progress, Epoch epoch) {
    if (average != null) {
      average.copyTo(averaged);
    }
    // Without validation pairs nothing is chosen: the last epoch's weights are the result.
    PairVerification scored = null;
    if (!source.validation().isEmpty()) {
      var embedder = FaceEmbedder.of(model, averaged, device);
      scored = PairVerification.of(FaceEvaluator.together(source.validation().stream().map(s -> FaceEvaluator.score(embedder, s, n -> { }))
          .toList()));
    }
    boolean best = scored == null || tally.improves(scored.accuracy(), scored.cosineThreshold());
    if (best) {
      model.withThreshold(tally.bestThreshold()).save(run.file(FaceModel.FILE_NAME), averaged);
    }
    var row = new LinkedHashMap<String, Number>();
    row.put("epoch", epoch.number + 1);
    row.put("train/loss", tally.meanLoss());
    row.put("train/quality", tally.meanQuality());
    row.put("train/qualityStd", tally.deviationOfQuality());
    if (scored != null) {
      row.put("validation/accuracy", scored.accuracy());
      row.put("validation/threshold", scored.threshold());
    }
    row.put("learningRate", optimizer.learningRate());
    row.put("gradientNorm", optimizer.lastGradientNorm());
    row.put("imagesPerSecond", epoch.seconds > 0 ? epoch.pictures / epoch.seconds : 0);
    row.put("seconds", epoch.seconds);
    logs.write(optimizer.steps(), row);
    String validated = scored == null ? "" : String.format(Locale.ROOT, "  validation %.2f %%%s", 100 * scored.accuracy(), best ? " (best)" : "");
    progress.say(String.format(Locale.ROOT, "epoch %d/%d  loss %.3f%s  quality %.2f +- %.2f  %.0f images/s", epoch.number + 1, settings.epochs(),
        tally.meanLoss(), validated, tally.meanQuality(), tally.deviationOfQuality(), epoch.pictures / epoch.seconds));
    if (head instanceof AdaFaceHead) {
      run.write(QualityHistogram.FILE, QualityHistogram.of(epoch.number + 1, tally.histogramOfQuality()));
    }
    tally.clear();
  }

  @Override
  public void close() {
    pending.close();
    loader.close();
    if (partial != null) {
      partial.close();
    }
  }
}
