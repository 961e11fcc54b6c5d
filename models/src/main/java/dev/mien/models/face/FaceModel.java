package dev.mien.models.face;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.backbone.FaceNet;
import dev.mien.models.backbone.Fingerprint;
import dev.mien.models.image.ImageContract;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A face network and the contract it was trained under, kept in a safetensors file whose metadata carry the contract.
 *
 * @param architecture an embedder's name of {@link Backbones}
 * @param contract colour order, normalisation, input size and how faces are cut out
 * @param trainedOn what it learned from, for people
 * @param threshold cosine from which two faces are taken for one person, found on validation pairs; NaN when unknown
 */
public record FaceModel(String architecture, ImageContract contract, String trainedOn, double threshold) {
  /** The name of the model file in a run folder. */
  public static final String FILE_NAME = "model.safetensors";

  private static final String FORMAT = "mien-face-model/1";

  /** A network of this architecture with fresh weights. */
  public FaceNet build(Rng rng) {
    return Backbones.embedder(architecture, rng);
  }

  /** The same with the threshold that was found. */
  public FaceModel withThreshold(double cosine) {
    return new FaceModel(architecture, contract, trainedOn, cosine);
  }

  /**
   * Writes network and contract atomically.
   *
   * @throws MienException when a value is not finite or the file cannot be written; an older file stays
   */
  public void save(Path file, FaceNet net) {
    var state = new StateMap();
    net.writeState(state);
    state.putString("format", FORMAT);
    state.putString("architecture", architecture);
    state.putString("trainedOn", trainedOn);
    state.putString("threshold", Double.toString(threshold));
    contract.toMetadata().forEach(state::putString);
    Checkpoint.save(file, state);
  }

  /**
   * A model that was read: its contract, the network with its weights, still in host memory, and the fingerprint of both.
   *
   * @param fingerprint 16 hexadecimal digits of the SHA-256 over contract and weights: embeddings of different ones cannot be compared
   */
  public record Loaded(FaceModel model, FaceNet net, String fingerprint) {}

  /**
   * Reads a model file, or the model of a run folder.
   *
   * @throws FormatException when it is no face model, of another version, or damaged
   * @throws MienException when there is no such file
   */
  public static Loaded load(Path runOrFile) {
    Path file = Files.isDirectory(runOrFile) ? runOrFile.resolve(FILE_NAME) : runOrFile;
    if (!Files.isRegularFile(file)) {
      throw new MienException(Files.isDirectory(runOrFile)
          ? "the folder " + runOrFile + " holds no " + FILE_NAME + ": give the folder of a run that has finished an epoch"
          : "no such run folder or model file: " + runOrFile);
    }
    var state = Checkpoint.read(file);
    var format = state.strings().getOrDefault("format", "missing");
    if (!format.equals(FORMAT)) {
      throw new FormatException(file + " is no face model of this version: format " + format + ", expected " + FORMAT);
    }
    try {
      var model = new FaceModel(state.string("architecture"), ImageContract.fromMetadata(state.strings()), state.string("trainedOn"),
          Double.parseDouble(state.string("threshold")));
      var net = model.build(Rng.seed(0));
      if (net.inputSide() != model.contract.inputWidth() || net.inputSide() != model.contract.inputHeight()) {
        throw new FormatException(file + " is of " + model.architecture + ", which reads " + net.inputSide() + " px, with a contract of "
            + model.contract.inputWidth() + " x " + model.contract.inputHeight());
      }
      var tensors = new StateMap();
      state.tensors().forEach(tensors::put);
      var problems = net.checkState(tensors);
      if (!problems.isEmpty()) {
        throw new FormatException(file + " does not fit its architecture: " + String.join("; ", problems));
      }
      net.readState(tensors);
      return new Loaded(model, net, fingerprint(model, tensors));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  /** Of architecture, contract and weights; not of what people may edit. */
  static String fingerprint(FaceModel model, StateMap tensors) {
    return Fingerprint.of(model.architecture + model.contract.toMetadata(), tensors);
  }
}
