package dev.mien.bench.peers;

import static dev.mien.bench.peers.OnnxGraph.attribute;

import java.util.List;

/** Networks as nodes of an ONNX graph; what flows is the name of a result. */
final class OnnxLayers implements Layers<String> {
  private final OnnxGraph graph;

  OnnxLayers(OnnxGraph graph) {
    this.graph = graph;
  }

  @Override
  public String convolution(String x, int in, int out, int kernel, int stride, int padding) {
    return convolution(x, graph.normal(Math.sqrt(2.0 / ((double) out * kernel * kernel)), out, in, kernel, kernel), kernel, stride, padding);
  }

  String convolution(String x, String weight, int kernel, int stride, int padding) {
    return graph.node("Conv", List.of(x, weight), attribute("kernel_shape", new int[] {kernel, kernel}),
        attribute("strides", new int[] {stride, stride}), attribute("pads", new int[] {padding, padding, padding, padding}));
  }

  @Override
  public String batchNorm(String x, int channels, boolean affine) {
    return graph.node("BatchNormalization", List.of(x, graph.filled(1, channels), graph.filled(0, channels), graph.filled(0, channels),
        graph.filled(1, channels)), attribute("epsilon", 1e-5f));
  }

  @Override
  public String relu(String x) {
    return graph.node("Relu", List.of(x));
  }

  @Override
  public String prelu(String x, int channels) {
    return graph.node("PRelu", List.of(x, graph.filled(0.25, channels, 1, 1)));
  }

  @Override
  public String add(String a, String b) {
    return graph.node("Add", List.of(a, b));
  }

  @Override
  public String maxPool(String x, int kernel, int stride, int padding) {
    return graph.node("MaxPool", List.of(x), attribute("kernel_shape", new int[] {kernel, kernel}),
        attribute("strides", new int[] {stride, stride}), attribute("pads", new int[] {padding, padding, padding, padding}));
  }

  @Override
  public String globalAverage(String x) {
    return flatten(graph.node("GlobalAveragePool", List.of(x)));
  }

  @Override
  public String flatten(String x) {
    return graph.node("Flatten", List.of(x), attribute("axis", 1));
  }

  @Override
  public String linear(String x, int in, int out) {
    return graph.node("Gemm", List.of(x, graph.normal(Math.sqrt(1.0 / in), out, in), graph.filled(0, out)), attribute("transB", 1));
  }

  @Override
  public String dropout(String x, double probability) {
    return x;
  }

  @Override
  public String unitLength(String x) {
    return graph.node("Div", List.of(x, graph.node("ReduceL2", List.of(x), attribute("axes", new int[] {1}))));
  }
}
