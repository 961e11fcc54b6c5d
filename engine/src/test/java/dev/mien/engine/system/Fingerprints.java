package dev.mien.engine.system;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.StateMap;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the bits of everything computed: of all operations with their gradients, and of a trained network. */
final class Fingerprints {
  static final int STEPS = 50;
  private static final int CLASSES = 5;
  private static final int BATCH = 6;
  private static final int SIDE = 20;

  private Fingerprints() {}

  /** Results and gradients of {@code samples} wide and as many small draws of every row. */
  static String ofOperations(Device device, int samples) {
    var digest = sha256();
    for (var row : OpSamples.ROWS) {
      for (int i = 0; i < samples; i++) {
        add(digest, device, row.sample(Draw.wide(SampleRunner.key(row, 1000 + i))));
        add(digest, device, row.sample(Draw.small(SampleRunner.key(row, 2000 + i))));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, Device device, Sample sample) {
    SampleRunner.run(device, sample).forEach(t -> add(digest, t));
  }

  private static void add(MessageDigest digest, HostTensor tensor) {
    float[] values = tensor.floats();
    var bytes = ByteBuffer.allocate(4 * values.length);
    for (float v : values) {
      bytes.putInt(Float.floatToRawIntBits(v));
    }
    digest.update(bytes.array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A network, its optimiser, and the step that both take. */
  static final class Run {
    private final Device device;
    final TestNet net;
    final Sgd sgd;

    Run(Device device, long seed) {
      this.device = device;
      net = new TestNet(8, CLASSES, Rng.seed(seed)).to(device);
      sgd = new Sgd(net.parameters(), Sgd.learningRate(0.05).momentum(0.9).weightDecay(1e-4).clipNorm(5));
    }

    /** Trains until so many steps were made; each step's data and randomness are functions of its number. */
    Run until(int steps) {
      while (sgd.steps() < steps) {
        var rng = Rng.seed(2026).at(sgd.steps());
        try (var scope = device.scope()) {
          var context = Context.train(rng.split("step"));
          var images = scope.upload(TestNet.images(BATCH, SIDE, rng.split("images")));
          var labels = scope.upload(TestNet.labels(BATCH, CLASSES, rng.split("labels")));
          sgd.step(DistributionLosses.crossEntropy(net.forward(images, context), labels).backward(), context);
        }
      }
      return this;
    }

    Run resumedFrom(Path checkpoint) {
      Checkpoint.load(checkpoint, net, sgd);
      return this;
    }

    /** Over parameters, running statistics, velocities and the count of steps. */
    String hash() {
      var state = new StateMap();
      net.writeState(state.sub("model."));
      sgd.writeState(state.sub("optimizer."));
      var digest = sha256();
      state.tensors().values().forEach(t -> add(digest, t));
      digest.update((byte) sgd.steps());
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
