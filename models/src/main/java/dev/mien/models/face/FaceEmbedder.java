package dev.mien.models.face;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.models.backbone.FaceNet;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns pictures of faces into embeddings. Thread-safe: many threads may embed at once. A face and its mirror image are embedded and their
 * features added before they are normalised, as the papers evaluate.
 *
 * <pre>{@code
 * try (var embedder = FaceEmbedder.load(Path.of("runs/face"))) {
 *   double cosine = embedder.embed(RgbImage.read(a)).cosine(embedder.embed(RgbImage.read(b)));
 * }
 * }</pre>
 */
public final class FaceEmbedder implements AutoCloseable {
  private final FaceModel model;
  private final FaceNet net;
  private final String fingerprint;
  private final Device device;
  private final boolean ownsDevice;

  private FaceEmbedder(FaceModel model, FaceNet net, String fingerprint, Device device, boolean ownsDevice) {
    this.model = model;
    this.net = net;
    this.fingerprint = fingerprint;
    this.device = device;
    this.ownsDevice = ownsDevice;
  }

  /** Loads a run folder or a model file onto the CPU with one thread per processor. */
  public static FaceEmbedder load(Path runOrFile) {
    var loaded = FaceModel.load(runOrFile);
    return of(loaded, Device.open("cpu"), true);
  }

  /** Loads a run folder or a model file onto a device that the caller closes. */
  public static FaceEmbedder load(Path runOrFile, Device device) {
    return of(FaceModel.load(runOrFile), device, false);
  }

  private static FaceEmbedder of(FaceModel.Loaded loaded, Device device, boolean ownsDevice) {
    return new FaceEmbedder(loaded.model(), loaded.net().to(device), loaded.fingerprint(), device, ownsDevice);
  }

  /** Embeds with a network that is on its device already, as a training validates. */
  public static FaceEmbedder of(FaceModel model, FaceNet net, Device device) {
    return new FaceEmbedder(model, net, "in training", device, false);
  }

  /** What was loaded. */
  public FaceModel model() {
    return model;
  }

  /** Of the model, as its embeddings carry it. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Features of an embedding, D. */
  public int features() {
    return net.features();
  }

  /** One face, cut out as the model's contract says. */
  public FaceEmbedding embed(RgbImage face) {
    return embed(List.of(face)).getFirst();
  }

  /** One embedding per picture; they and their mirror images go through the network as one batch. */
  public List<FaceEmbedding> embed(List<RgbImage> faces) {
    if (faces.isEmpty()) {
      return List.of();
    }
    var contract = model.contract();
    int n = faces.size();
    int length = contract.inputLength();
    var input = new float[Math.multiplyExact(2 * n, length)];
    for (int i = 0; i < n; i++) {
      contract.write(faces.get(i), input, i * length);
      contract.write(ImageTransforms.flipHorizontal(faces.get(i)), input, (n + i) * length);
    }
    try (var scope = device.scope()) {
      var z = net.forward(scope.upload(HostTensor.of(input, 2 * n, 3, contract.inputHeight(), contract.inputWidth())), Context.eval());
      return fused(z.download().floats(), n, net.features());
    }
  }

  private List<FaceEmbedding> fused(float[] z, int n, int d) {
    var found = new ArrayList<FaceEmbedding>(n);
    for (int i = 0; i < n; i++) {
      double squares = 0;
      var sum = new double[d];
      for (int k = 0; k < d; k++) {
        sum[k] = (double) z[i * d + k] + z[(n + i) * d + k];
        squares += sum[k] * sum[k];
      }
      double length = Math.max(Math.sqrt(squares), 1e-12);
      var direction = new float[d];
      for (int k = 0; k < d; k++) {
        direction[k] = (float) (sum[k] / length);
      }
      found.add(new FaceEmbedding(direction, Math.sqrt(squares) / 2, fingerprint));
    }
    return found;
  }

  @Override
  public void close() {
    if (ownsDevice) {
      device.close();
    }
  }
}
