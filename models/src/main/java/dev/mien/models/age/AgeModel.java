package dev.mien.models.age;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.nn.Module;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.image.ImageContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An age network and the contract it was trained under: what it is built as, how many ages it knows, how pictures must be prepared. It
 * is kept in a safetensors file whose metadata carry the contract, so a model cannot be fed wrongly by accident.
 *
 * @param architecture a name of {@link Backbones}
 * @param classes ages 0..classes-1
 * @param contract colour order, normalisation, input size and crop
 * @param trainedOn what it learned from, for people
 * @param medianAgeYears median age of what it learned from: what a model without eyes would answer
 */
public record AgeModel(String architecture, int classes, ImageContract contract, String trainedOn, double medianAgeYears) {
  /** The name of the model file in a run folder. */
  public static final String FILE_NAME = "model.safetensors";

  private static final String FORMAT = "mien-age-model/1";
  private static final int MAX_CLASSES = 1000;

  /** A network of this architecture with fresh weights. */
  public Module build(Rng rng) {
    return Backbones.named(architecture, classes, rng);
  }

  /**
   * Writes network and contract atomically.
   *
   * @throws MienException when a value is not finite or the file cannot be written; an older file stays
   */
  public void save(Path file, Module net) {
    var state = new StateMap();
    net.writeState(state);
    state.putString("format", FORMAT);
    state.putString("architecture", architecture);
    state.putLong("classes", classes);
    state.putString("trainedOn", trainedOn);
    state.putDouble("medianAgeYears", medianAgeYears);
    contract.toMetadata().forEach(state::putString);
    Checkpoint.save(file, state);
  }

  /** A model that was read: its contract and the network with its weights, still in host memory. */
  public record Loaded(AgeModel model, Module net) {}

  /**
   * Reads a model file, or the model of a run folder.
   *
   * @throws FormatException when it is no age model, of another version, or damaged
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
    if (!state.strings().containsKey("format") || !state.string("format").equals(FORMAT)) {
      throw new FormatException(file + " is no age model of this version: format "
          + state.strings().getOrDefault("format", "missing") + ", expected " + FORMAT);
    }
    long classes = state.longValue("classes");
    if (classes < 2 || classes > MAX_CLASSES) {
      throw new FormatException(file + " has " + classes + " classes; expected 2.." + MAX_CLASSES);
    }
    Map<String, String> metadata = new LinkedHashMap<>(state.strings());
    try {
      var model = new AgeModel(state.string("architecture"), (int) classes, ImageContract.fromMetadata(metadata),
          state.string("trainedOn"), state.doubleValue("medianAgeYears"));
      var net = model.build(Rng.seed(0));
      restore(file, net, state);
      return new Loaded(model, net);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static void restore(Path file, Module net, StateMap state) {
    var tensors = new StateMap();
    state.tensors().forEach(tensors::put);
    var problems = net.checkState(tensors);
    if (!problems.isEmpty()) {
      throw new FormatException(file + " does not fit its architecture: " + String.join("; ", problems));
    }
    net.readState(tensors);
  }
}
