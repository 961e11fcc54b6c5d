package dev.mien.training.agegender;

import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Stateful;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.agegender.AgeGenderEnsemble;
import dev.mien.models.agegender.AgeGenderEstimate;
import dev.mien.models.agegender.AgeGenderLabels;
import dev.mien.models.agegender.AgeGenderLoss;
import dev.mien.models.agegender.AgeGenderMembers;
import dev.mien.models.agegender.AgeGenderModel;
import dev.mien.models.agegender.AgeGenderNet;
import dev.mien.models.agegender.ClassWeights;
import dev.mien.training.age.AgeSettings;
import dev.mien.training.age.AgeTransforms;
import dev.mien.training.data.AgeBatch;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.DataLoader;
import dev.mien.training.data.Split;
import dev.mien.training.data.UtkFace;
import dev.mien.training.loop.StepLoss;
import dev.mien.training.loop.TrainingLoop;
import dev.mien.training.loop.TrainingTask;
import dev.mien.training.metrics.AgeGenderPrediction;
import dev.mien.training.run.RunFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The training of a network of age and gender, or of several side by side: one loss each over the training split, the validation split after
 * each epoch, which all answer as one. The epoch with the lowest validation loss is kept.
 */
final class AgeGenderTrainer implements TrainingTask<AgeBatch, AgeGenderMembers> {
  /** Columns of {@code metrics.csv}. */
  static final List<String> COLUMNS = TrainingLoop.columns("train/loss", "validation/loss", "validation/genderAccuracy",
      "validation/groupAccuracy", "validation/mae");

  private final AgeGenderSettings settings;
  private final AgeSource source;
  private final Device device;
  private final Rng rng;
  private final AgeGenderModel model;
  private final AgeGenderMembers net;
  private final AgeGenderLoss loss;
  private final RaceHeads race;
  private final Optimizer optimizer;
  private final AgeDataset train;
  private final AgeGenderTally tally = new AgeGenderTally();

  /** @param recomputing whether blocks are run again in backward instead of kept */
  AgeGenderTrainer(AgeGenderSettings settings, AgeSource source, Device device, boolean recomputing) {
    this.settings = settings;
    this.source = source;
    this.device = device;
    rng = Rng.seed(settings.seed());
    model = model(settings, source);
    net = model.build(rng.split("init")).to(device);
    int side = net.inputSide();
    train = AgeDataset.of(source, Split.TRAIN, AgeTransforms.training(settings.augment(), side), side, AgeSettings.LAST_CLASS);
    source.required(Split.TEST);
    if (source.validates()) {
      source.required(Split.VALIDATION);
    }
    settings.course().requireStepOf(train.size(), "is larger than the training split of " + train.size() + " pictures");
    net.recomputing(recomputing);
    loss = new AgeGenderLoss(lossOptions()).to(device);
    race = settings.loss().raceWeight() > 0 && Arrays.stream(races(train.indices())).anyMatch(r -> r >= 0)
        ? new RaceHeads(net.nets(), rng.split("race")).to(device) : null;
    var learned = new ArrayList<Parameter>();
    modules().forEach(m -> learned.addAll(m.parameters()));
    optimizer = settings.recipe().optimizerOf(learned);
    optimizer.withoutDecay(learned.stream().filter(p -> p.shape().rank() <= 1).toList());
  }

  private AgeGenderLoss.Options lossOptions() {
    var told = settings.loss();
    var options = AgeGenderLoss.Options.standard().beta(told.beta()).factors(new AgeGenderLoss.Factors(told.genderWeight(), 1, told.yearsWeight()))
        .learned(told.learnedWeights());
    return told.classWeights() && model.groups() != null
        ? options.classes(ClassWeights.inverseSqrtFrequency(labels(train.indices()), model.groups())) : options;
  }

  /** The model that a run with these settings makes. */
  static AgeGenderModel model(AgeGenderSettings settings, AgeSource source) {
    int side = settings.inputSide();
    var known = Arrays.stream(source.indices(Split.TRAIN)).map(i -> source.samples().get(i).gender()).filter(g -> g >= 0).toArray();
    if (known.length == 0 && settings.heads().tasks() != AgeGenderSettings.Tasks.AGE) {
      throw new MienException("[data] no gender is known in " + settings.data() + "; teach the age alone with --tasks age, or take utkface: or synthetic");
    }
    double women = known.length == 0 ? Double.NaN : Arrays.stream(known).average().orElseThrow();
    var contract = AgeTransforms.contract(source, side);
    return new AgeGenderModel(settings.trunks().stream().map(trunk -> new AgeGenderModel.Member(trunk, settings.heads().plan(), contract)).toList(),
        new AgeGenderModel.Origin(source.describe(), source.trainingMedianYears(), women));
  }

  private AgeGenderLabels labels(int[] samples) {
    var all = source.samples();
    return new AgeGenderLabels(Arrays.stream(samples).map(i -> all.get(i).gender()).toArray(),
        Arrays.stream(samples).mapToDouble(i -> all.get(i).ageYears()).toArray());
  }

  private int[] races(int[] samples) {
    return Arrays.stream(samples).map(i -> UtkFace.raceNumber(source.samples().get(i).id())).toArray();
  }

  /** Whether the race is learned beside: it has a weight and is known of some face. */
  boolean learnsRace() {
    return race != null;
  }

  @Override
  public List<String> columns() {
    return COLUMNS;
  }

  @Override
  public AgeGenderMembers net() {
    return net;
  }

  @Override
  public AgeGenderMembers another() {
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
    int side = net.inputSide();
    return new AgeBatch(HostTensor.deferred(() -> new float[n * 3 * side * side], n, 3, side, side), HostTensor.of(new int[n], n), new float[n],
        Arrays.copyOf(train.indices(), n));
  }

  @Override
  public List<Module> modules() {
    return Stream.of(net, loss, race).filter(m -> m != null && !m.parameters().isEmpty()).toList();
  }

  @Override
  public List<Stateful> parts() {
    return List.of(tally);
  }

  @Override
  public StepLoss forward(Scope scope, AgeBatch batch, Context context) {
    var labels = labels(batch.indices());
    var read = net.read(scope.upload(batch.images()), context);
    // The sum, so that each learns from its own loss alone as it would by itself.
    var tasks = read.stream().map(one -> loss.evaluate(one.output(), labels, model.groups(), context).loss()).reduce(Arithmetic::add).orElseThrow();
    var races = race == null ? null : race.loss(read, races(batch.indices()), context);
    var sum = races == null ? tasks : Arithmetic.add(tasks, Elementwise.scale(races, settings.loss().raceWeight()));
    int n = batch.size();
    // Tallied without the race, to stand beside the loss on the validation split.
    return new StepLoss(sum, List.of(tasks.detached()), (total, terms) -> tally.loss().add(terms.getFirst()[0] / net.nets().size(), n));
  }

  @Override
  public String standing() {
    return String.format(Locale.ROOT, "loss %.3f", tally.loss().last());
  }

  @Override
  public EpochReport endOfEpoch(AgeGenderMembers averaged, RunFolder run, long epoch) {
    // Without a validation split (leave one person out) nothing is chosen: the last epoch's weights are the result.
    var ensemble = AgeGenderEnsemble.of(model, averaged.nets(), device);
    int[] validation = source.validates() ? source.indices(Split.VALIDATION) : new int[0];
    var predictions = AgeGenderEvaluator.predict(ensemble, source, validation, n -> { });
    var scored = source.validates() ? AgeGenderEvaluator.metrics(ensemble, predictions) : null;
    double validationLoss = scored == null ? Double.NaN : loss(predictions, labels(validation));
    boolean best = scored == null || tally.lowers(validationLoss);
    if (best) {
      ensemble.save(run.file(AgeGenderModel.FILE_NAME));
    }
    var row = new LinkedHashMap<String, Number>();
    row.put("train/loss", tally.loss().mean());
    if (scored != null) {
      row.put("validation/loss", validationLoss);
    }
    var words = new StringBuilder(String.format(Locale.ROOT, "loss %.3f", tally.loss().mean()));
    if (scored != null && scored.gender() != null) {
      row.put("validation/genderAccuracy", scored.gender().accuracy());
      words.append(String.format(Locale.ROOT, "  gender %.2f %%", 100 * scored.gender().accuracy()));
    }
    if (scored != null && scored.group() != null) {
      row.put("validation/groupAccuracy", scored.group().accuracy());
      row.put("validation/mae", scored.years().mae());
      words.append(String.format(Locale.ROOT, "  age group %.2f %%  MAE %.2f", 100 * scored.group().accuracy(), scored.years().mae()));
    }
    tally.loss().clear();
    if (scored != null && best) {
      words.append(tally.formerlyByShares() ? " (best, by the validation loss since this run was resumed)" : " (best)");
    }
    return new EpochReport(words.toString(), row);
  }

  /** The loss of what was told, with the logarithms of the probabilities for logits. */
  private double loss(List<AgeGenderPrediction> predictions, AgeGenderLabels labels) {
    var plan = model.members().getFirst().plan();
    try (var scope = device.scope()) {
      var told = new AgeGenderNet.Output(
          plan.gender() ? logarithms(scope, predictions, e -> new float[] {(float) (1 - e.pFemale()), (float) e.pFemale()}) : null,
          plan.groups() == null ? null : logarithms(scope, predictions, AgeGenderEstimate::groupProbabilities),
          plan.ages() == 0 ? null : logarithms(scope, predictions, e -> e.age().distribution()));
      return loss.evaluate(told, labels, plan.groups(), Context.eval()).loss().download().floats()[0];
    }
  }

  private static Tensor logarithms(Scope scope, List<AgeGenderPrediction> predictions, Function<AgeGenderEstimate, float[]> probabilities) {
    int classes = probabilities.apply(predictions.getFirst().estimate()).length;
    var logits = new float[predictions.size() * classes];
    for (int i = 0; i < predictions.size(); i++) {
      float[] p = probabilities.apply(predictions.get(i).estimate());
      for (int c = 0; c < classes; c++) {
        logits[i * classes + c] = (float) Math.log(Math.max(p[c], Float.MIN_NORMAL));
      }
    }
    return scope.upload(HostTensor.of(logits, predictions.size(), classes));
  }
}
