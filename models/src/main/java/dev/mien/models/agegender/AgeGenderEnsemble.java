package dev.mien.models.agegender;

import dev.mien.engine.ops.Softmax;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.age.AgeDistribution;
import dev.mien.models.agegender.AgeGenderModel.Loaded;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One network or several that answer as one: for each task the mean of the probabilities over those that have it, {@code P = (1/M) sum_m P_m},
 * and only then the likeliest class. Every member prepares pictures as its own contract says. Thread-safe.
 *
 * <pre>{@code
 * var both = AgeGenderEnsemble.of(AgeGenderEnsemble.load(List.of(attentionRun, resnetRun)), device);
 * both.save(Path.of("both.safetensors"));
 * }</pre>
 */
public final class AgeGenderEnsemble {
  private final AgeGenderModel model;
  private final List<AgeGenderNet> nets;
  private final Device device;

  private AgeGenderEnsemble(AgeGenderModel model, List<AgeGenderNet> nets, Device device) {
    model.requireNets(nets);
    this.model = model;
    this.nets = List.copyOf(nets);
    this.device = device;
  }

  /** Networks that were read, moved to a device. */
  public static AgeGenderEnsemble of(Loaded loaded, Device device) {
    loaded.nets().forEach(net -> net.to(device));
    return new AgeGenderEnsemble(loaded.model(), loaded.nets(), device);
  }

  /** Networks that are on their device already, as a training validates. */
  public static AgeGenderEnsemble of(AgeGenderModel model, List<AgeGenderNet> nets, Device device) {
    return new AgeGenderEnsemble(model, nets, device);
  }

  /**
   * Reads run folders or model files and joins their networks to one model.
   *
   * @throws MienException when one cannot be read, or they tell different labels
   */
  public static Loaded load(List<Path> runsOrFiles) {
    var parts = runsOrFiles.stream().map(AgeGenderModel::load).toList();
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    var model = AgeGenderModel.join(parts.stream().map(Loaded::model).toList());
    var nets = parts.stream().flatMap(p -> p.nets().stream()).toList();
    return new Loaded(model, nets, AgeGenderModel.fingerprint(model, nets));
  }

  /** What it is made of. */
  public AgeGenderModel model() {
    return model;
  }

  /** Each network as an ensemble of its own, sharing its weights. */
  public List<AgeGenderEnsemble> members() {
    return IntStream.range(0, nets.size()).mapToObj(i -> new AgeGenderEnsemble(AgeGenderModel.of(model.members().get(i), model.origin()),
        List.of(nets.get(i)), device)).toList();
  }

  /** Its networks, on their device. */
  public List<AgeGenderNet> nets() {
    return nets;
  }

  /** Writes it as one model file, atomically. */
  public void save(Path file) {
    model.save(file, nets);
  }

  /** One estimate per picture; they go through each network as one batch. */
  public List<AgeGenderEstimate> estimate(List<RgbImage> faces) {
    if (faces.isEmpty()) {
      return List.of();
    }
    var sums = new Sums(faces.size());
    ImageContract last = null;
    HostTensor input = null;
    for (int m = 0; m < nets.size(); m++) {
      var contract = model.members().get(m).contract();
      input = contract.equals(last) ? input : prepared(faces, contract);
      last = contract;
      add(nets.get(m), input, sums);
    }
    return sums.estimates();
  }

  static HostTensor prepared(List<RgbImage> faces, ImageContract contract) {
    var input = new float[Math.multiplyExact(faces.size(), contract.inputLength())];
    for (int i = 0; i < faces.size(); i++) {
      contract.write(faces.get(i), input, i * contract.inputLength());
    }
    return HostTensor.of(input, faces.size(), 3, contract.inputHeight(), contract.inputWidth());
  }

  /**
   * The same for prepared images {@code [N, 3, H, W]}.
   *
   * @throws MienException when the members have different contracts
   */
  public List<AgeGenderEstimate> estimate(HostTensor images) {
    model.contract();
    var sums = new Sums(images.shape().dim(0));
    nets.forEach(net -> add(net, images, sums));
    return sums.estimates();
  }

  private void add(AgeGenderNet net, HostTensor images, Sums sums) {
    try (var scope = device.scope()) {
      var out = net.predict(scope.upload(images), Context.eval());
      sums.gender.add(out.gender());
      sums.group.add(out.group());
      sums.age.add(out.age());
    }
  }

  /** Probabilities of one task, summed over the networks. */
  private static final class Task {
    private double[] sum;
    private int classes;
    private int networks;

    void add(Tensor logits) {
      if (logits == null) {
        return;
      }
      float[] p = Softmax.softmax(logits).download().floats();
      classes = logits.shape().dim(1);
      sum = sum == null ? new double[p.length] : sum;
      for (int i = 0; i < p.length; i++) {
        if (!Float.isFinite(p[i])) {
          throw new NonFiniteException("[age-gender] a network gives the probability " + p[i] + " for face " + i / classes + " of its batch");
        }
        sum[i] += p[i];
      }
      networks++;
    }

    /** The mean of a row; null where no network has the task. */
    float[] row(int i) {
      if (networks == 0) {
        return null;
      }
      var row = new float[classes];
      for (int c = 0; c < classes; c++) {
        row[c] = (float) (sum[i * classes + c] / networks);
      }
      return row;
    }
  }

  private final class Sums {
    private final int faces;
    private final Task gender = new Task();
    private final Task group = new Task();
    private final Task age = new Task();

    Sums(int faces) {
      this.faces = faces;
    }

    List<AgeGenderEstimate> estimates() {
      var groups = model.groups();
      var found = new ArrayList<AgeGenderEstimate>(faces);
      for (int i = 0; i < faces; i++) {
        float[] genders = gender.row(i);
        float[] byGroup = group.row(i);
        float[] years = age.row(i);
        var distribution = years != null ? new AgeDistribution(years) : byGroup != null ? AgeGenderEstimate.spread(groups, byGroup) : null;
        found.add(new AgeGenderEstimate(genders == null ? Double.NaN : genders[1], groups, byGroup, distribution));
      }
      return found;
    }
  }

  @Override
  public String toString() {
    return "AgeGenderEnsemble of " + Arrays.toString(model.members().stream().map(AgeGenderModel.Member::architecture).toArray());
  }
}
