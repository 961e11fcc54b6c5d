package dev.mien.models.age;

import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Softmax;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.models.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells ages from pictures of faces. Thread-safe: many threads may predict at once. Pictures are prepared as the model's contract says,
 * the same code that training used.
 *
 * <pre>{@code
 * try (var predictor = AgePredictor.load(Path.of("runs/age"))) {
 *   var estimate = predictor.predict(RgbImage.read(Path.of("face.jpg")));
 *   System.out.println(estimate.ageYears() + " years, 80 % within " + estimate.central(0.8));
 * }
 * }</pre>
 */
public final class AgePredictor implements AutoCloseable {
  private final AgeModel model;
  private final Module net;
  private final Device device;
  private final boolean ownsDevice;

  private AgePredictor(AgeModel.Loaded loaded, Device device, boolean ownsDevice) {
    this.model = loaded.model();
    this.net = loaded.net().to(device);
    this.device = device;
    this.ownsDevice = ownsDevice;
  }

  /** Loads a run folder or a model file onto the CPU with one thread per processor. */
  public static AgePredictor load(Path runOrFile) {
    var loaded = AgeModel.load(runOrFile);
    return new AgePredictor(loaded, Device.open("cpu"), true);
  }

  /** Loads a run folder or a model file onto a device that the caller closes. */
  public static AgePredictor load(Path runOrFile, Device device) {
    return new AgePredictor(AgeModel.load(runOrFile), device, false);
  }

  /** What was loaded. */
  public AgeModel model() {
    return model;
  }

  /** The network, on its device. */
  public Module net() {
    return net;
  }

  /** The distribution of the age in one picture of a face, cropped as the model's contract says. */
  public AgeDistribution predict(RgbImage face) {
    return predict(List.of(face)).getFirst();
  }

  /** One distribution per picture; they go through the network as one batch. */
  public List<AgeDistribution> predict(List<RgbImage> faces) {
    if (faces.isEmpty()) {
      return List.of();
    }
    var contract = model.contract();
    var input = new float[Math.multiplyExact(faces.size(), contract.inputLength())];
    for (int i = 0; i < faces.size(); i++) {
      contract.write(faces.get(i), input, i * contract.inputLength());
    }
    return predict(HostTensor.of(input, faces.size(), 3, contract.inputHeight(), contract.inputWidth()));
  }

  /** The same for prepared images {@code [N, 3, H, W]}. */
  public List<AgeDistribution> predict(HostTensor images) {
    try (var scope = device.scope()) {
      var p = Softmax.softmax(net.forward(scope.upload(images), Context.eval())).download().floats();
      var found = new ArrayList<AgeDistribution>();
      for (int i = 0; i < images.shape().dim(0); i++) {
        found.add(new AgeDistribution(Arrays.copyOfRange(p, i * model.classes(), (i + 1) * model.classes())));
      }
      return found;
    }
  }

  @Override
  public void close() {
    if (ownsDevice) {
      device.close();
    }
  }
}
