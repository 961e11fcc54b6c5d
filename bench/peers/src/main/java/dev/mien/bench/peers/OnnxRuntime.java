package dev.mien.bench.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.mien.bench.work.Contestant;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Task.Pass;
import dev.mien.bench.work.Work;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** ONNX Runtime's CPU provider, inference only. The models are written here, with weights that are drawn. */
public final class OnnxRuntime implements Contestant {
  /** A folder where models of networks are kept, so that a cold start can read one; none by default. The first start writes it. */
  private static final String FOLDER = System.getProperty("mien.bench.models");

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public Session open(int threads) throws OrtException {
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    return new OnnxSession(OrtEnvironment.getEnvironment(), options);
  }

  private record OnnxSession(OrtEnvironment environment, OrtSession.SessionOptions options) implements Session {
    @Override
    public String title() {
      return "ONNX Runtime " + environment.getVersion();
    }

    @Override
    public Run prepare(Work work) throws Exception {
      var file = FOLDER == null || !work.isNet() ? null : Path.of(FOLDER, work.name() + ".onnx");
      if (file != null && !Boolean.getBoolean("mien.bench.models.write")) {
        var net = (Task.Net) work.task();
        return new OnnxRun(environment, environment.createSession(file.toString(), options),
            Map.of("x0", new int[] {net.batch(), 3, net.size(), net.size()}));
      }
      var model = new Model();
      model.write(work.task());
      var bytes = model.graph.bytes();
      if (file != null) {
        Files.write(file, bytes);
      }
      return new OnnxRun(environment, environment.createSession(bytes, options), model.inputs);
    }

    @Override
    public void close() {
      options.close();
    }
  }

  /** The graph of one work. */
  private static final class Model {
    private final OnnxGraph graph = new OnnxGraph();
    private final OnnxLayers layers = new OnnxLayers(graph);
    private final Map<String, int[]> inputs = new LinkedHashMap<>();

    private String input(int... dims) {
      String name = graph.input(dims);
      inputs.put(name, dims);
      return name;
    }

    void write(Task task) {
      graph.output(switch (task) {
        case Task.Gemm g -> graph.node("MatMul", List.of(input(g.m(), g.k()), g.packed() ? graph.normal(1, g.k(), g.n())
            : input(g.k(), g.n())));
        case Task.Convolution c when c.pass() == Pass.FORWARD ->
            layers.convolution(input(c.batch(), c.in(), c.size(), c.size()), c.in(), c.out(), c.kernel(), c.stride(), c.padding());
        case Task.CrossEntropy c when c.pass() == Pass.FORWARD -> graph.node("SoftmaxCrossEntropyLoss",
            List.of(input(c.rows(), c.classes()), graph.integers(c.classes(), c.rows())));
        case Task.ResidueEntropy e when e.pass() == Pass.FORWARD && !e.bySort() -> entropy(input(e.rows(), e.classes()));
        case Task.PRelu p when p.pass() == Pass.FORWARD -> layers.prelu(input(p.n(), p.c(), p.h(), p.h()), p.c());
        case Task.AddRelu a -> layers.relu(layers.add(input(a.n(), a.c(), a.h(), a.h()), input(a.n(), a.c(), a.h(), a.h())));
        case Task.MaxPool p when p.pass() == Pass.FORWARD ->
            layers.maxPool(input(p.batch(), p.channels(), p.size(), p.size()), 3, 2, 1);
        case Task.Net n when !n.train() ->
            PeerNets.forward(layers, input(n.batch(), 3, n.size(), n.size()), n.network(), false);
        default -> throw new UnsupportedOperationException("ONNX Runtime infers only");
      });
    }

    /** All classes' entropy less that of the largest. */
    private String entropy(String logits) {
      String logP = graph.node("LogSoftmax", List.of(logits), attributeAxis());
      String top = graph.node("TopK", List.of(logP, graph.integers(new long[] {Task.ResidueEntropy.K})), List.of("top", "places"),
          attributeAxis()).getFirst();
      return graph.node("Sub", List.of(sumOfPLogP(top), sumOfPLogP(logP)));
    }

    private String sumOfPLogP(String logP) {
      return graph.node("ReduceSum", List.of(graph.node("Mul", List.of(graph.node("Exp", List.of(logP)), logP))));
    }

    private static OnnxGraph.Attribute attributeAxis() {
      return OnnxGraph.attribute("axis", 1);
    }
  }

  /** A session with its inputs. */
  private static final class OnnxRun implements Run {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();

    OnnxRun(OrtEnvironment environment, OrtSession session, Map<String, int[]> shapes) throws OrtException {
      this.session = session;
      var random = new SplittableRandom(2);
      for (var entry : shapes.entrySet()) {
        long count = 1;
        var dims = new long[entry.getValue().length];
        for (int i = 0; i < dims.length; i++) {
          dims[i] = entry.getValue()[i];
          count *= dims[i];
        }
        var data = ByteBuffer.allocateDirect(Math.toIntExact(4 * count)).order(ByteOrder.nativeOrder()).asFloatBuffer();
        while (data.hasRemaining()) {
          data.put((float) random.nextGaussian());
        }
        var tensor = OnnxTensor.createTensor(environment, data.flip(), dims);
        inputs.put(entry.getKey(), tensor);
        tensors.add(tensor);
      }
    }

    @Override
    public void run() throws OrtException {
      session.run(inputs).close();
    }

    @Override
    public void close() throws OrtException {
      tensors.forEach(OnnxTensor::close);
      session.close();
    }
  }
}
