package dev.mien.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import dev.mien.bench.work.Contestant;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Task.Pass;
import dev.mien.bench.work.Work;
import java.util.ArrayList;

/** libtorch through DJL: the official build, oneDNN and oneMKL. Its operations are fewer than JavaCPP's, so some are composed. */
public final class TorchDjl implements Contestant {
  @Override
  public String name() {
    return "torch-djl";
  }

  @Override
  public Session open(int threads) {
    System.setProperty("ai.djl.offline", "true"); // natives come from the jars, never from the net
    System.setProperty("OPT_OUT_TRACKING", "true");
    var engine = Engine.getEngine("PyTorch");
    JniUtils.setNumInteropThreads(1);
    JniUtils.setNumThreads(threads);
    engine.setRandomSeed(1);
    return new DjlSession(engine);
  }

  private static final class DjlSession implements Session {
    private final Engine engine;

    DjlSession(Engine engine) {
      this.engine = engine;
    }

    @Override
    public String title() {
      return "libtorch " + engine.getVersion() + " (DJL " + Engine.getDjlVersion() + ")";
    }

    @Override
    public Run prepare(Work work) {
      var run = new DjlRun(engine.newBaseManager());
      switch (work.task()) {
        case Task.Gemm g -> run.gemm(g);
        case Task.Convolution c -> run.convolution(c);
        case Task.CrossEntropy c -> run.crossEntropy(c);
        case Task.ResidueEntropy e -> run.entropy(e);
        case Task.BatchNorm b -> run.batchNorm(b);
        case Task.PRelu p -> run.prelu(p);
        case Task.AddRelu a -> run.addRelu(a);
        case Task.MaxPool p -> run.maxPool(p);
        case Task.Net n -> run.net(n);
        default -> {
          run.close();
          throw new UnsupportedOperationException("not a work for this peer");
        }
      }
      return run;
    }

    @Override
    public void close() {}
  }

  /** A work and the manager that owns its operands. */
  private static final class DjlRun implements Run {
    private final NDManager manager;
    private boolean recording;
    private Runnable body;

    DjlRun(NDManager manager) {
      this.manager = manager;
    }

    @Override
    public void run() {
      JniUtils.setGradMode(recording);
      try (var scope = new NDScope()) {
        body.run();
      }
    }

    @Override
    public void close() {
      manager.close();
    }

    private NDArray normal(long... dims) {
      return manager.randomNormal(new Shape(dims));
    }

    private NDArray leaf(long... dims) {
      var array = normal(dims);
      array.setRequiresGradient(true);
      return array;
    }

    private NDArray labels(int rows, int classes) {
      return manager.randomUniform(0, classes, new Shape(rows)).toType(DataType.INT64, false);
    }

    /** The gradient pass from y, given its gradient. What it adds to is zeroed first. */
    private static void backward(NDArray y, NDArray gy, NDArray... leaves) {
      for (var leaf : leaves) {
        JniUtils.zeroGrad((PtNDArray) leaf);
      }
      JniUtils.backward((PtNDArray) y, (PtNDArray) gy, false, false);
    }

    void gemm(Task.Gemm g) {
      var a = normal(g.m(), g.k());
      var b = normal(g.k(), g.n());
      body = () -> a.matMul(b);
    }

    void convolution(Task.Convolution c) {
      boolean forward = c.pass() == Pass.FORWARD;
      long[] image = {c.batch(), c.in(), c.size(), c.size()};
      long[] weight = {c.out(), c.in(), c.kernel(), c.kernel()};
      var x = forward || c.pass() == Pass.WEIGHT_GRADIENT ? normal(image) : leaf(image);
      var w = forward || c.pass() == Pass.DATA_GRADIENT ? normal(weight) : leaf(weight);
      var stride = new Shape(c.stride(), c.stride());
      var padding = new Shape(c.padding(), c.padding());
      var one = new Shape(1, 1);
      if (forward) {
        body = () -> x.getNDArrayInternal().convolution(x, w, null, stride, padding, one, 1);
        return;
      }
      // One forward pass, and its graph is walked again and again: libtorch adds to the gradients that are there.
      JniUtils.setGradMode(true);
      var y = (PtNDArray) x.getNDArrayInternal().convolution(x, w, null, stride, padding, one, 1).singletonOrThrow();
      var gy = (PtNDArray) normal(c.batch(), c.out(), c.outSize(), c.outSize());
      recording = true;
      body = () -> JniUtils.backward(y, gy, true, false);
    }

    /** A function of logits to a scalar, forward or with its gradient. */
    private void loss(Pass pass, int rows, int classes, java.util.function.UnaryOperator<NDArray> loss) {
      recording = pass != Pass.FORWARD;
      var logits = recording ? leaf(rows, classes) : normal(rows, classes);
      var one = manager.create(1f);
      body = () -> {
        var value = loss.apply(logits);
        if (recording) {
          backward(value, one, logits);
        }
      };
    }

    void crossEntropy(Task.CrossEntropy c) {
      var labels = new NDList(labels(c.rows(), c.classes()));
      var loss = Loss.softmaxCrossEntropyLoss();
      loss(c.pass(), c.rows(), c.classes(), x -> loss.evaluate(labels, new NDList(x)));
    }

    void entropy(Task.ResidueEntropy e) {
      int k = Task.ResidueEntropy.K;
      loss(e.pass(), e.rows(), e.classes(), x -> {
        var logP = x.logSoftmax(1);
        if (e.bySort()) {
          var rest = ((PtNDArray) logP).sort(1).get(":, :" + (e.classes() - k)); // ascending
          return rest.exp().mul(rest).sum().mul(-1.0 / e.rows());
        }
        var top = logP.topK(k, 1, true, false).get(0);
        return top.exp().mul(top).sum().sub(logP.exp().mul(logP).sum()).mul(1.0 / e.rows());
      });
    }

    void batchNorm(Task.BatchNorm b) {
      recording = b.pass() != Pass.FORWARD;
      long[] image = {b.n(), b.c(), b.h(), b.h()};
      var x = recording ? leaf(image) : normal(image);
      var residual = b.addRelu() ? recording ? leaf(image) : normal(image) : null;
      var gamma = manager.ones(new Shape(b.c()));
      var beta = manager.zeros(new Shape(b.c()));
      gamma.setRequiresGradient(recording);
      beta.setRequiresGradient(recording);
      var mean = manager.zeros(new Shape(b.c()));
      var variance = manager.ones(new Shape(b.c()));
      var gy = normal(image);
      var leaves = residual == null ? new NDArray[] {x, gamma, beta} : new NDArray[] {x, gamma, beta, residual};
      body = () -> {
        var y = x.getNDArrayInternal().batchNorm(x, mean, variance, gamma, beta, 1, 0.9f, 1e-5f, true).singletonOrThrow();
        y = residual == null ? y : y.addi(residual).getNDArrayInternal().relu();
        if (recording) {
          backward(y, gy, leaves);
        }
      };
    }

    void prelu(Task.PRelu p) {
      recording = p.pass() != Pass.FORWARD;
      long[] image = {p.n(), p.c(), p.h(), p.h()};
      var x = recording ? leaf(image) : normal(image);
      var slope = manager.full(new Shape(1, p.c(), 1, 1), 0.25f);
      slope.setRequiresGradient(recording);
      var gy = normal(image);
      body = () -> {
        var y = DjlLayers.prelu(x, slope);
        if (recording) {
          backward(y, gy, x, slope);
        }
      };
    }

    void addRelu(Task.AddRelu a) {
      var left = normal(a.n(), a.c(), a.h(), a.h());
      var right = normal(a.n(), a.c(), a.h(), a.h());
      body = () -> left.add(right).getNDArrayInternal().relu();
    }

    void maxPool(Task.MaxPool p) {
      recording = p.pass() != Pass.FORWARD;
      var x = recording ? leaf(p.batch(), p.channels(), p.size(), p.size()) : normal(p.batch(), p.channels(), p.size(), p.size());
      int out = (p.size() - 1) / 2 + 1;
      var gy = normal(p.batch(), p.channels(), out, out);
      body = () -> {
        var y = x.getNDArrayInternal().maxPool(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false);
        if (recording) {
          backward(y, gy, x);
        }
      };
    }

    void net(Task.Net n) {
      recording = n.train();
      var network = n.network();
      var layers = new DjlLayers(manager, n.train());
      var images = normal(n.batch(), 3, n.size(), n.size());
      if (!n.train()) {
        body = () -> PeerNets.forward(layers.fromTheStart(), images, network, false).toFloatArray();
        return;
      }
      var labels = new NDList(labels(n.batch(), network.classes()));
      var loss = Loss.softmaxCrossEntropyLoss();
      var velocities = new ArrayList<PtNDArray>();
      var one = manager.create(1f);
      body = () -> {
        var value = loss.evaluate(labels, new NDList(PeerNets.forward(layers.fromTheStart(), images, network, true)));
        JniUtils.backward((PtNDArray) value, (PtNDArray) one, false, false);
        JniUtils.setGradMode(false);
        var parameters = layers.parameters();
        for (int i = 0; i < parameters.size(); i++) {
          var parameter = (PtNDArray) parameters.get(i);
          if (i == velocities.size()) {
            var velocity = (PtNDArray) manager.zeros(parameter.getShape());
            NDScope.unregister(velocity);
            velocities.add(velocity);
          }
          JniUtils.sgdUpdate(parameter, parameter.getGradient(), velocities.get(i), 0.001f, 1e-4f, 1f, -1f, 0.9f);
          JniUtils.zeroGrad(parameter);
        }
        value.getFloat();
      };
    }
  }
}
