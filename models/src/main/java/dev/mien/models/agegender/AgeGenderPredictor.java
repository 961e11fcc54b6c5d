package dev.mien.models.agegender;

import dev.mien.engine.tensor.Device;
import dev.mien.models.agegender.AgeGenderModel.Loaded;
import dev.mien.models.image.RgbImage;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells age, age group and gender from pictures of faces. Thread-safe: many threads may predict at once. Pictures are prepared as the
 * model's contract says, the same code that training used; several models answer as one ({@link AgeGenderEnsemble}).
 *
 * <pre>{@code
 * try (var predictor = AgeGenderPredictor.load(Path.of("runs/age-gender"))) {
 *   var face = predictor.predict(RgbImage.read(Path.of("face.jpg")));
 *   System.out.println(face.ageYears() + " years, 80 % within " + face.age().central(0.8) + ", "
 *       + face.groups().label(face.group()) + ", P(female) " + face.pFemale());
 * }
 * }</pre>
 */
public final class AgeGenderPredictor implements AutoCloseable {
  private final AgeGenderEnsemble ensemble;
  private final String fingerprint;
  private final Device device;
  private final boolean ownsDevice;

  private AgeGenderPredictor(Loaded loaded, Device device, boolean ownsDevice) {
    this.ensemble = AgeGenderEnsemble.of(loaded, device);
    this.fingerprint = loaded.fingerprint();
    this.device = device;
    this.ownsDevice = ownsDevice;
  }

  /** Loads a run folder or a model file, or several to answer as one, onto the CPU with one thread per processor. */
  public static AgeGenderPredictor load(Path... runsOrFiles) {
    var loaded = AgeGenderEnsemble.load(List.of(runsOrFiles));
    return new AgeGenderPredictor(loaded, Device.open("cpu"), true);
  }

  /** Loads run folders or model files onto a device that the caller closes. */
  public static AgeGenderPredictor load(List<Path> runsOrFiles, Device device) {
    return new AgeGenderPredictor(AgeGenderEnsemble.load(runsOrFiles), device, false);
  }

  /** What was loaded. */
  public AgeGenderModel model() {
    return ensemble.model();
  }

  /** Of the contracts and weights. */
  public String fingerprint() {
    return fingerprint;
  }

  /** The networks, on their device. */
  public AgeGenderEnsemble ensemble() {
    return ensemble;
  }

  /** One face, cropped as the model's contract says. */
  public AgeGenderEstimate predict(RgbImage face) {
    return predict(List.of(face)).getFirst();
  }

  /** One estimate per picture; they go through the networks as one batch. */
  public List<AgeGenderEstimate> predict(List<RgbImage> faces) {
    return ensemble.estimate(faces);
  }

  @Override
  public void close() {
    if (ownsDevice) {
      device.close();
    }
  }
}
