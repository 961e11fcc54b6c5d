package dev.mien.bench.mien;

import dev.mien.bench.work.Network;
import dev.mien.bench.work.Task;
import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.backbone.AttentionNet;
import dev.mien.models.backbone.IrNet;
import dev.mien.models.backbone.ResNet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Networks through the public engine: from images in host memory to outputs in host memory, or to changed weights. */
final class NetRuns {
  /** A folder where models are kept for cold starts; none by default. */
  private static final String MODELS = System.getProperty("mien.bench.models");
  private static final int SMALL = 64;
  private static final int ATTENTION_FEATURES = 2048;
  private static final Sgd.Options OPTIONS = Sgd.learningRate(0.001).momentum(0.9).weightDecay(1e-4);

  private NetRuns() {}

  /** The device is the run's own: its weights go when it closes. */
  static OurRun of(Device device, Task.Net net) {
    var network = net.network();
    var rng = Rng.seed(1);
    var model = build(network, net.train(), rng.split("init"));
    load(net, model);
    model.to(device);
    var images = Init.normal(rng.split("images"), 1, net.batch(), 3, net.size(), net.size());
    images.floats(); // drawn now, not in the first run
    return net.train() ? new Training(device, model, images, labels(net.batch(), network.classes())) : new Inference(device, model, images);
  }

  /** A cold start reads weights as a user's program does: from a file, which the first start of all writes. */
  private static void load(Task.Net net, Module model) {
    if (MODELS != null) {
      var file = Path.of(MODELS, net.label() + ".mien");
      if (Boolean.getBoolean("mien.bench.models.write")) {
        Checkpoint.save(file, model);
      } else {
        Checkpoint.load(file, model);
      }
    }
  }

  /** The optimiser's step alone, with the gradients of one backward pass; the device is the run's own. */
  static OurRun sgd(Device device, Network network) {
    return new StepOnly(device, network);
  }

  private static Module build(Network network, boolean train, Rng rng) {
    return switch (network) {
      case RESNET18 -> ResNet.resnet18(network.classes(), rng);
      case RESNET50 -> ResNet.resnet50(network.classes(), rng);
      case IR50 -> train ? new Sequential(IrNet.ir50(rng.split("backbone")), new Linear(IrNet.FEATURES, network.classes(), rng.split("head")))
          : new Directions(IrNet.ir50(rng));
      case ATTENTION56 -> new Sequential(AttentionNet.attention56(rng.split("backbone")), new Linear(ATTENTION_FEATURES, network.classes(),
          rng.split("head")));
    };
  }

  /** What a gallery holds: features divided by their length. */
  private static final class Directions extends Module {
    private final IrNet net;

    Directions(IrNet net) {
      this.net = child("net", net);
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return net.embed(x, context).direction();
    }
  }

  private static HostTensor labels(int batch, int classes) {
    var labels = new int[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = (int) (i * 7919L % classes);
    }
    return HostTensor.of(labels, batch);
  }

  private static final class Inference implements OurRun {
    private final Device device;
    private final Module model;
    private final HostTensor images;
    private double[] outputs;

    Inference(Device device, Module model, HostTensor images) {
      this.device = device;
      this.model = model;
      this.images = images;
    }

    @Override
    public void run() {
      try (var scope = device.scope()) {
        var out = model.forward(scope.upload(images), Context.eval()).download();
        outputs = device.realBits() == 64 ? out.doubles() : widened(out.floats());
      }
    }

    @Override
    public Map<String, double[]> results() {
      return Map.of("outputs", outputs);
    }

    @Override
    public void close() {
      device.close();
    }
  }

  private static final class Training implements OurRun {
    private final Device device;
    private final Module model;
    private final Sgd sgd;
    private final HostTensor images;
    private final HostTensor labels;
    private double loss;

    Training(Device device, Module model, HostTensor images, HostTensor labels) {
      this.device = device;
      this.model = model;
      this.sgd = new Sgd(model.parameters(), OPTIONS);
      this.images = images;
      this.labels = labels;
    }

    @Override
    public void run() {
      try (var scope = device.scope()) {
        var context = Context.train(Rng.seed(sgd.steps()));
        var result = DistributionLosses.crossEntropy(model.forward(scope.upload(images), context), scope.upload(labels));
        var gradients = result.backward();
        loss = result.item();
        sgd.step(gradients, context);
        device.backend().finish();
      }
    }

    @Override
    public Map<String, double[]> results() {
      var found = new LinkedHashMap<String, double[]>();
      found.put("loss", new double[] {loss});
      found.put("gradientNorm", new double[] {sgd.lastGradientNorm()});
      return found;
    }

    @Override
    public void close() {
      device.close();
    }
  }

  private static final class StepOnly implements OurRun {
    private final Device device;
    private final Module model;
    private final Sgd sgd;
    private final dev.mien.engine.tensor.Scope scope;
    private final dev.mien.engine.tensor.Gradients gradients;

    StepOnly(Device device, Network network) {
      this.device = device;
      var rng = Rng.seed(1);
      model = build(network, true, rng.split("init")).to(device);
      sgd = new Sgd(model.parameters(), OPTIONS);
      scope = device.scope();
      int size = network == Network.IR50 ? network.size() : SMALL; // the gradients' sizes do not depend on it
      var images = Init.normal(rng.split("images"), 1, 2, 3, size, size);
      var context = Context.train(rng);
      gradients = DistributionLosses.crossEntropy(model.forward(scope.upload(images), context),
          scope.upload(labels(2, network.classes()))).backward();
    }

    @Override
    public void run() {
      sgd.step(gradients, Context.train(Rng.seed(1)));
      device.backend().finish();
    }

    @Override
    public Map<String, double[]> results() {
      return Map.of("gradientNorm", new double[] {sgd.lastGradientNorm()});
    }

    @Override
    public void close() {
      scope.close();
      device.close();
    }
  }

  private static double[] widened(float[] values) {
    var wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
