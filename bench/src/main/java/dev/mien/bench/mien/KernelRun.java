package dev.mien.bench.mien;

import dev.mien.engine.random.Rng;
import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A kernel with its buffers. Inputs are drawn by name, so every back-end gets the same numbers. */
final class KernelRun implements OurRun {
  private final Backend backend;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<String, Buffer> outputs = new LinkedHashMap<>();
  private final List<Buffer> frozen = new ArrayList<>();
  private Runnable body;

  KernelRun(Backend backend) {
    this.backend = backend;
  }

  KernelRun does(Runnable kernel) {
    body = kernel;
    return this;
  }

  /** Standard normal numbers. */
  Buffer normal(String name, Kind kind, int... dims) {
    return filled(name, kind, 1, dims);
  }

  /** Normal numbers with a deviation. */
  Buffer filled(String name, Kind kind, double deviation, int... dims) {
    var buffer = allocate(ElementType.REAL, kind, dims);
    var data = new float[Math.toIntExact(buffer.count())];
    var rng = Rng.seed(1).split(name);
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (deviation * rng.gaussian(i));
    }
    backend.upload(data, buffer);
    return buffer;
  }

  /** A plain vector of one number. */
  Buffer constant(double value, int... dims) {
    var buffer = allocate(ElementType.REAL, Kind.PLAIN, dims);
    backend.fill(buffer, value);
    return buffer;
  }

  /** Labels spread over the classes. */
  Buffer labels(int rows, int classes) {
    var buffer = allocate(ElementType.INT32, Kind.PLAIN, rows);
    var data = new int[rows];
    for (int i = 0; i < rows; i++) {
      data[i] = (int) (i * 7919L % classes);
    }
    backend.upload(data, buffer);
    return buffer;
  }

  /** A result. */
  Buffer output(String name, Kind kind, int... dims) {
    var buffer = allocate(ElementType.REAL, kind, dims);
    outputs.put(name, buffer);
    return buffer;
  }

  /** Remembers that a buffer is to be thawed in the end. */
  void frozen(Buffer weights) {
    frozen.add(weights);
  }

  Buffer allocate(ElementType type, Kind kind, int... dims) {
    var buffer = backend.allocate(type, kind, dims);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public void run() {
    body.run();
    backend.finish();
  }

  @Override
  public Map<String, double[]> results() {
    var found = new LinkedHashMap<String, double[]>();
    outputs.forEach((name, buffer) -> {
      var data = new double[Math.toIntExact(buffer.count())];
      backend.download(buffer, data);
      found.put(name, data);
    });
    return found;
  }

  @Override
  public void close() {
    frozen.forEach(backend::thaw);
    buffers.forEach(backend::release);
    buffers.clear();
    backend.trim();
  }
}
