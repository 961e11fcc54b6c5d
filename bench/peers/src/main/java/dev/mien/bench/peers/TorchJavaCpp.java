package dev.mien.bench.peers;

import static org.bytedeco.pytorch.global.torch.add;
import static org.bytedeco.pytorch.global.torch.batch_norm;
import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.convolution_backward;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.max_pool2d;
import static org.bytedeco.pytorch.global.torch.mm_out;
import static org.bytedeco.pytorch.global.torch.prelu;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.bytedeco.pytorch.global.torch.relu;

import dev.mien.bench.work.Contestant;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Task.Pass;
import dev.mien.bench.work.Work;
import java.io.IOException;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** libtorch through JavaCPP's bindings of its C++ API: oneDNN and OpenBLAS. */
public final class TorchJavaCpp implements Contestant {
  @Override
  public String name() {
    return "torch-javacpp";
  }

  @Override
  public Session open(int threads) {
    torch.set_num_threads(threads);
    torch.set_num_interop_threads(1);
    torch.manual_seed(1);
    return new TorchSession();
  }

  private static final class TorchSession implements Session {
    @Override
    public String title() {
      try {
        var version = Loader.getVersion("org.bytedeco", "pytorch").split("-");
        return "libtorch " + version[0] + " (JavaCPP " + version[1] + ")";
      } catch (IOException e) {
        return "libtorch (JavaCPP)";
      }
    }

    @Override
    public Run prepare(Work work) {
      return switch (work.task()) {
        case Task.Gemm g -> gemm(g);
        case Task.Convolution c -> convolution(c);
        case Task.CrossEntropy c -> rows(c.pass(), c.rows(), c.classes(), (x, y) -> cross_entropy_loss(x, y));
        case Task.ResidueEntropy e -> rows(e.pass(), e.rows(), e.classes(), e.bySort() ? (x, _) -> bySort(x) : (x, _) -> byTopK(x));
        case Task.BatchNorm b -> batchNorm(b);
        case Task.PRelu p -> prelu_(p);
        case Task.AddRelu a -> {
          Tensor left = randn(a.n(), a.c(), a.h(), a.h());
          Tensor right = randn(a.n(), a.c(), a.h(), a.h());
          yield inference(() -> add(left, right).relu_());
        }
        case Task.MaxPool p -> maxPool(p);
        case Task.Gallery g when !g.int8() -> gallery(g);
        case Task.Net n -> n.train() ? training(n) : inferenceNet(n);
        case Task.Sgd s -> sgd(s);
        default -> throw new UnsupportedOperationException("not a work for a peer");
      };
    }

    @Override
    public void close() {}
  }

  /** Runs inside a scope that frees what it made, with or without recording. */
  private static Contestant.Run scoped(boolean recording, Runnable body) {
    return () -> {
      try (var scope = new PointerScope(); var mode = new AutoGradMode(recording)) {
        body.run();
      }
    };
  }

  private static Contestant.Run inference(Runnable body) {
    return scoped(false, body);
  }

  private static Contestant.Run gemm(Task.Gemm g) {
    Tensor a = randn(g.m(), g.k());
    Tensor b = randn(g.k(), g.n());
    Tensor c = randn(g.m(), g.n());
    return inference(() -> mm_out(c, a, b));
  }

  private static Contestant.Run gallery(Task.Gallery g) {
    Tensor queries = randn(g.queries(), g.features());
    Tensor rows = randn(g.rows(), g.features());
    return inference(() -> torch.matmul(queries, rows.t()).topk(Task.Gallery.BEST));
  }

  private static Contestant.Run convolution(Task.Convolution c) {
    Tensor x = randn(c.batch(), c.in(), c.size(), c.size());
    Tensor w = randn(c.out(), c.in(), c.kernel(), c.kernel());
    long[] stride = {c.stride(), c.stride()};
    long[] padding = {c.padding(), c.padding()};
    long[] one = {1, 1};
    if (c.pass() == Pass.FORWARD) {
      return inference(() -> conv2d(x, w, new TensorOptional(), stride, padding, one, 1));
    }
    Tensor gy = randn(c.batch(), c.out(), c.outSize(), c.outSize());
    boolean data = c.pass() != Pass.WEIGHT_GRADIENT;
    boolean weight = c.pass() != Pass.DATA_GRADIENT;
    var wanted = new BoolPointer(3).put(0, data).put(1, weight).put(2, false);
    return inference(() -> convolution_backward(gy, x, w, new LongArrayRefOptional(), stride, padding, one, false, new long[2], 1, wanted));
  }

  /** A function of logits and labels to a scalar. */
  private interface RowLoss {
    Tensor of(Tensor logits, Tensor labels);
  }

  private static Contestant.Run rows(Pass pass, int rows, int classes, RowLoss loss) {
    Tensor labels = torch.randint(classes, new long[] {rows}).to(ScalarType.Long);
    if (pass == Pass.FORWARD) {
      Tensor logits = randn(rows, classes);
      return inference(() -> loss.of(logits, labels));
    }
    Tensor logits = leaf(rows, classes);
    return scoped(true, () -> {
      loss.of(logits, labels).backward();
      forget(logits);
    });
  }

  /** The entropy of all classes less that of the largest, so nothing is scattered: faster than masking them out of p. */
  private static Tensor byTopK(Tensor logits) {
    Tensor logP = logits.log_softmax(1);
    Tensor top = logP.topk(Task.ResidueEntropy.K, 1, true, false).get0();
    return top.exp().mul(top).sum().sub(logP.exp().mul(logP).sum()).mul(new Scalar(1.0 / logits.size(0)));
  }

  private static Tensor bySort(Tensor logits) {
    Tensor sorted = logits.log_softmax(1).sort(1, true).get0();
    Tensor rest = sorted.narrow(1, Task.ResidueEntropy.K, logits.size(1) - Task.ResidueEntropy.K);
    return rest.exp().mul(rest).sum().mul(new Scalar(-1.0 / logits.size(0)));
  }

  private static Contestant.Run batchNorm(Task.BatchNorm b) {
    boolean backward = b.pass() != Pass.FORWARD;
    long[] image = {b.n(), b.c(), b.h(), b.h()};
    Tensor x = backward ? leaf(image) : randn(image);
    Tensor residual = !b.addRelu() ? null : backward ? leaf(image) : randn(image);
    Tensor gamma = torch.ones(b.c()).set_requires_grad(backward);
    Tensor beta = torch.zeros(b.c()).set_requires_grad(backward);
    Tensor mean = torch.zeros(b.c());
    Tensor variance = torch.ones(b.c());
    var gy = randn(image);
    return scoped(backward, () -> {
      Tensor y = batch_norm(x, new TensorOptional(gamma), new TensorOptional(beta), new TensorOptional(mean), new TensorOptional(variance),
          true, 0.1, 1e-5, false);
      y = residual == null ? y : y.add_(residual).relu_();
      if (backward) {
        backward(y, gy);
        forget(x, gamma, beta);
        if (residual != null) {
          forget(residual);
        }
      }
    });
  }

  private static Contestant.Run prelu_(Task.PRelu p) {
    boolean backward = p.pass() != Pass.FORWARD;
    long[] image = {p.n(), p.c(), p.h(), p.h()};
    Tensor x = backward ? leaf(image) : randn(image);
    Tensor slope = torch.full(new long[] {p.c()}, new Scalar(0.25)).set_requires_grad(backward);
    var gy = randn(image);
    return scoped(backward, () -> {
      Tensor y = prelu(x, slope);
      if (backward) {
        backward(y, gy);
        forget(x, slope);
      }
    });
  }

  private static Contestant.Run maxPool(Task.MaxPool p) {
    boolean backward = p.pass() != Pass.FORWARD;
    long[] image = {p.batch(), p.channels(), p.size(), p.size()};
    Tensor x = backward ? leaf(image) : randn(image);
    int out = (p.size() - 1) / 2 + 1;
    var gy = randn(p.batch(), p.channels(), out, out);
    long[] three = {3, 3};
    long[] two = {2, 2};
    long[] one = {1, 1};
    return scoped(backward, () -> {
      Tensor y = max_pool2d(x, three, two, one, one, false);
      if (backward) {
        backward(y, gy);
        forget(x);
      }
    });
  }

  private static Contestant.Run inferenceNet(Task.Net n) {
    var layers = new TorchLayers(false);
    Tensor images = randn(n.batch(), 3, n.size(), n.size());
    return inference(() -> PeerNets.forward(layers.fromTheStart(), images, n.network(), false).data_ptr_float());
  }

  private static Contestant.Run training(Task.Net n) {
    var layers = new TorchLayers(true);
    var network = n.network();
    Tensor images = randn(n.batch(), 3, n.size(), n.size());
    Tensor labels = torch.randint(network.classes(), new long[] {n.batch()}).to(ScalarType.Long);
    try (var scope = new PointerScope()) { // makes the weights
      PeerNets.forward(layers.fromTheStart(), images, network, true);
    }
    var sgd = sgd(layers.parameters());
    return scoped(true, () -> {
      sgd.zero_grad();
      Tensor loss = cross_entropy_loss(PeerNets.forward(layers.fromTheStart(), images, network, true), labels);
      loss.backward();
      sgd.step();
      loss.item_float();
    });
  }

  private static Contestant.Run sgd(Task.Sgd s) {
    var layers = new TorchLayers(true);
    try (var scope = new PointerScope()) {
      Tensor images = randn(2, 3, s.network().size(), s.network().size());
      Tensor labels = torch.randint(s.network().classes(), new long[] {2}).to(ScalarType.Long);
      cross_entropy_loss(PeerNets.forward(layers.fromTheStart(), images, s.network(), true), labels).backward();
    }
    var sgd = sgd(layers.parameters());
    return scoped(true, sgd::step);
  }

  private static SGD sgd(TensorVector parameters) {
    var options = new SGDOptions(0.001);
    options.momentum().put(0.9);
    options.weight_decay().put(1e-4);
    return new SGD(parameters, options);
  }

  private static Tensor leaf(long... dims) {
    return randn(dims).set_requires_grad(true);
  }

  private static void backward(Tensor y, Tensor gy) {
    y.backward(gy, new BoolOptional(), false, new TensorArrayRefOptional());
  }

  /** Drops gradients, so that the next pass writes instead of adding, as an optimiser's zero_grad does. */
  private static void forget(Tensor... leaves) {
    for (var leaf : leaves) {
      leaf.mutable_grad().put(new Tensor());
    }
  }
}
