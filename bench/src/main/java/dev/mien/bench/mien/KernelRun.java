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

  /** Rows of unit length, and their scales when they are int8. */
  record Directions(Buffer values, Buffer scales) {}

  /** Directions spread evenly over the sphere, as float32 or rounded to int8 with a scale for each row. */
  Directions directions(String name, boolean int8, int rows, int features) {
    var rng = Rng.seed(1).split(name);
    var floats = int8 ? null : new float[Math.multiplyExact(rows, features)];
    var bytes = int8 ? new byte[Math.multiplyExact(rows, features)] : null;
    var scales = new float[int8 ? rows : 0];
    var row = new double[features];
    for (int r = 0; r < rows; r++) {
      double squares = 0;
      double greatest = 0;
      for (int i = 0; i < features; i++) {
        row[i] = rng.gaussian((long) r * features + i);
        squares += row[i] * row[i];
        greatest = Math.max(greatest, Math.abs(row[i]));
      }
      for (int i = 0; i < features; i++) {
        if (int8) {
          bytes[r * features + i] = (byte) Math.rint(row[i] / greatest * 127);
        } else {
          floats[r * features + i] = (float) (row[i] / Math.sqrt(squares));
        }
      }
      if (int8) {
        scales[r] = (float) (greatest / 127 / Math.sqrt(squares));
      }
    }
    var values = allocate(int8 ? ElementType.INT8 : ElementType.REAL, Kind.PLAIN, rows, features);
    if (!int8) {
      backend.upload(floats, values);
      return new Directions(values, null);
    }
    backend.upload(bytes, values);
    var by = allocate(ElementType.REAL, Kind.PLAIN, rows);
    backend.upload(scales, by);
    return new Directions(values, by);
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
