package dev.mien.training.age;

import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Stateful;
import dev.mien.models.age.AgeModel;
import dev.mien.models.loss.AgeLoss;
import dev.mien.models.loss.AgeLosses;
import dev.mien.training.data.AgeBatch;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.DataLoader;
import dev.mien.training.data.Split;
import dev.mien.training.loop.Recipe;
import dev.mien.training.loop.StepLoss;
import dev.mien.training.loop.TrainingLoop;
import dev.mien.training.loop.TrainingTask;
import dev.mien.training.run.RunFolder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** The training of an age network: one of the losses over the training split, the validation split after each epoch. */
final class AgeTrainer implements TrainingTask<AgeBatch, Module> {
  /** Columns of {@code metrics.csv}. */
  static final List<String> COLUMNS = TrainingLoop.columns("train/loss", "train/mae", "train/averageK", "validation/loss", "validation/mae");

  private final AgeSettings settings;
  private final Device device;
  private final Rng rng;
  private final AgeLoss loss;
  private final AgeModel model;
  private final Module net;
  private final Optimizer optimizer;
  private final AgeDataset train;
  private final AgeDataset validation;
  private final EpochTally tally = new EpochTally();

  /** @param recomputing whether blocks are run again in backward instead of kept */
  AgeTrainer(AgeSettings settings, AgeSource source, Device device, boolean recomputing) {
    this.settings = settings;
    this.device = device;
    rng = Rng.seed(settings.seed());
    loss = AgeLosses.named(settings.loss());
    model = AgeTransforms.model(settings, source);
    train = AgeDataset.of(source, Split.TRAIN, AgeTransforms.training(settings.augment(), settings.sizePx()), settings.sizePx(), AgeSettings.LAST_CLASS);
    source.required(Split.TEST);
    validation = source.validates() ? AgeDataset.of(source, Split.VALIDATION, AgeTransforms.evaluation(model.contract()),
        settings.sizePx(), AgeSettings.LAST_CLASS) : null;
    settings.course().requireStepOf(train.size(), "is larger than the training split of " + train.size() + " pictures");
    net = model.build(rng.split("init")).to(device);
    if (recomputing) {
      TrainingTask.recompute(net, settings.model());
    }
    optimizer = settings.recipe().optimizerOf(net.parameters());
    if (settings.recipe().optimizer() == Recipe.Optimizer.ADAMW) {
      optimizer.withoutDecay(net.parameters().stream().filter(p -> p.shape().rank() <= 1).toList());
    }
  }

  @Override
  public List<String> columns() {
    return COLUMNS;
  }

  @Override
  public Module net() {
    return net;
  }

  @Override
  public Module another() {
    return model.build(Rng.seed(0)).to(device);
  }

  @Override
  public Optimizer optimizer() {
    return optimizer;
  }

  @Override
  public DataLoader openLoader() {
    return new DataLoader(train, settings.batch(), rng.split("loader"));
  }

  @Override
  public AgeBatch blankBatch() {
    int n = settings.batch();
    int side = settings.sizePx();
    return new AgeBatch(HostTensor.deferred(() -> new float[n * 3 * side * side], n, 3, side, side), HostTensor.of(new int[n], n), new float[n],
        new int[n]);
  }

  @Override
  public List<Module> modules() {
    return List.of(net);
  }

  @Override
  public List<Stateful> parts() {
    return List.of(tally);
  }

  @Override
  public StepLoss forward(Scope scope, AgeBatch batch, Context context) {
    var result = loss.evaluate(net.forward(scope.upload(batch.images()), context), scope.upload(batch.labels()));
    float[] ages = batch.ageYears();
    return new StepLoss(result.loss(), List.of(result.terms()), (mean, terms) -> tally.add(mean, terms.getFirst(), ages));
  }

  /** The first batch has the step's own key. */
  @Override
  public Rng key(Rng step, int batchOfStep) {
    return batchOfStep == 0 ? step : step.at(batchOfStep);
  }

  @Override
  public String standing() {
    return String.format(Locale.ROOT, "loss %.3f  MAE %.2f", tally.loss().last(), tally.maeYears());
  }

  @Override
  public EpochReport endOfEpoch(Module averaged, RunFolder run, long epoch) {
    // Without a validation split (leave one person out) nothing is chosen: the last epoch's weights are the result.
    var scored = validation == null ? null : AgeEvaluator.evaluate(device, averaged, validation, loss, n -> { });
    double mae = scored == null ? Double.NaN
        : scored.predictions().stream().mapToDouble(p -> Math.abs(p.predictedYears() - p.ageYears())).average().orElseThrow();
    boolean best = scored == null || tally.improves(mae);
    if (best) {
      model.save(run.file(AgeModel.FILE_NAME), averaged);
    }
    var row = new LinkedHashMap<String, Number>();
    row.put("train/loss", tally.loss().mean());
    row.put("train/mae", tally.maeYears());
    row.put("train/averageK", tally.averageK());
    if (scored != null) {
      row.put("validation/loss", scored.loss());
      row.put("validation/mae", mae);
    }
    String validated = scored == null ? "" : String.format(Locale.ROOT, "  validation MAE %.2f%s", mae, best ? " (best)" : "");
    String words = String.format(Locale.ROOT, "loss %.3f  train MAE %.2f%s  K %.1f", tally.loss().mean(), tally.maeYears(), validated,
        tally.averageK());
    tally.clear();
    return new EpochReport(words, row);
  }
}
