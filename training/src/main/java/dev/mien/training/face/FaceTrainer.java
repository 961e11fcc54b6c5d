package dev.mien.training.face;

import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Gradients;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
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
import dev.mien.training.data.BatchLoader;
import dev.mien.training.facedata.FaceBatch;
import dev.mien.training.facedata.FaceDataset;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.loop.StepLoss;
import dev.mien.training.loop.TrainingLoop;
import dev.mien.training.loop.TrainingTask;
import dev.mien.training.run.RunFolder;
import dev.mien.training.verification.PairVerification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** The training of a face network: people are told apart by a margin head, pairs of others are verified after each epoch. */
final class FaceTrainer implements TrainingTask<FaceBatch, FaceNet> {
  /** Columns of {@code metrics.csv}. */
  static final List<String> COLUMNS = TrainingLoop.columns("train/loss", "train/quality", "train/qualityStd", "validation/accuracy",
      "validation/threshold");

  private final FaceSettings settings;
  private final FaceSource source;
  private final Device device;
  private final Rng rng;
  private final FaceModel model;
  private final FaceNet net;
  private final FaceHead head;
  private final PartialFc partial;
  private final Optimizer optimizer;
  private final FaceTally tally = new FaceTally();

  /** @param recomputing whether blocks are run again in backward instead of kept */
  FaceTrainer(FaceSettings settings, FaceSource source, Device device, boolean recomputing) {
    this.settings = settings;
    this.source = source;
    this.device = device;
    rng = Rng.seed(settings.seed());
    if (source.identities() < 2) {
      throw new MienException("[data] " + source.describe() + ": nobody to learn from; training needs two people");
    }
    settings.course().requireStepOf(source.samples().size(), "is more than the " + source.samples().size() + " pictures to learn from");
    var plain = Backbones.embedder(settings.model(), rng.split("init"));
    model = new FaceModel(settings.model(), FaceTransforms.contract(plain.inputSide(), source.cropPolicy()), source.describe(), Double.NaN);
    net = plain.to(device);
    if (recomputing) {
      TrainingTask.recompute(net, settings.model());
    }
    var h = settings.head();
    var choice = new FaceHeads.Choice(h.scale(), h.margin() == 0 ? Double.NaN : h.margin(), h.initFromFirstBatch());
    head = FaceHeads.named(h.name(), h.sample() > 0 ? 0 : source.identities(), net.features(), choice, rng.split("head"));
    head.to(device);
    partial = h.sample() == 0 ? null : new PartialFc(device, head, source.identities(), net.features(), h.sample(), 0.9,
        settings.recipe().weightDecay(), rng.split("identities"));
    var parameters = new ArrayList<Parameter>(net.parameters());
    parameters.addAll(head.parameters());
    optimizer = settings.recipe().optimizerOf(parameters);
    optimizer.withoutDecay(net.normParameters());
  }

  @Override
  public List<String> columns() {
    return COLUMNS;
  }

  @Override
  public FaceNet net() {
    return net;
  }

  @Override
  public FaceNet another() {
    return model.build(Rng.seed(0)).to(device);
  }

  @Override
  public Optimizer optimizer() {
    return optimizer;
  }

  @Override
  public BatchLoader<FaceBatch> openLoader() {
    var pictures = new FaceDataset(source, FaceTransforms.training(settings.augment(), net.inputSide()), net.inputSide());
    return new BatchLoader<>(pictures, settings.batch(), rng.split("loader"));
  }

  @Override
  public FaceBatch blankBatch() {
    int n = settings.batch();
    int side = net.inputSide();
    return new FaceBatch(HostTensor.deferred(() -> new float[n * 3 * side * side], n, 3, side, side), new int[n]);
  }

  @Override
  public List<Module> modules() {
    return List.of(net, head);
  }

  @Override
  public List<Stateful> parts() {
    return partial == null ? List.of(tally) : List.of(tally, partial);
  }

  @Override
  public StepLoss forward(Scope scope, FaceBatch batch, Context context) {
    var z = net.forward(scope.upload(batch.images()), context);
    var result = partial == null ? head.evaluate(z, scope.upload(HostTensor.of(batch.labels(), batch.size())), context)
        : partial.evaluate(scope, z, batch.labels(), optimizer.steps(), context);
    return new StepLoss(result.loss(), List.of(result.quality()), (mean, terms) -> tally.add(mean, terms.getFirst()));
  }

  @Override
  public void stepped(Gradients gradients) {
    if (partial != null) {
      partial.step(gradients, optimizer);
    }
  }

  @Override
  public String standing() {
    return String.format(Locale.ROOT, "loss %.3f", tally.loss().last());
  }

  @Override
  public EpochReport endOfEpoch(FaceNet averaged, RunFolder run, long epoch) {
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
    row.put("train/loss", tally.loss().mean());
    row.put("train/quality", tally.meanQuality());
    row.put("train/qualityStd", tally.deviationOfQuality());
    if (scored != null) {
      row.put("validation/accuracy", scored.accuracy());
      row.put("validation/threshold", scored.threshold());
    }
    String validated = scored == null ? "" : String.format(Locale.ROOT, "  validation %.2f %%%s", 100 * scored.accuracy(), best ? " (best)" : "");
    String words = String.format(Locale.ROOT, "loss %.3f%s  quality %.2f +- %.2f", tally.loss().mean(), validated, tally.meanQuality(),
        tally.deviationOfQuality());
    if (head instanceof AdaFaceHead) {
      run.write(QualityHistogram.FILE, QualityHistogram.of(epoch + 1, tally.histogramOfQuality()));
    }
    tally.clear();
    return new EpochReport(words, row);
  }

  @Override
  public void close() {
    if (partial != null) {
      partial.close();
    }
  }
}
