package dev.mien.engine.io;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Shape;
import java.util.function.Supplier;

/** A tensor of a safetensors file to be written, which may be made only when its turn comes: a file larger than memory is written in parts. */
public final class SafeTensorsPart {
  private final String name;
  private final Dtype dtype;
  private final Shape shape;
  private final Supplier<HostTensor> data;

  private SafeTensorsPart(String name, Dtype dtype, Shape shape, Supplier<HostTensor> data) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /** A tensor that is there. */
  public static SafeTensorsPart of(String name, HostTensor tensor) {
    return new SafeTensorsPart(name, Dtype.of(tensor), tensor.shape(), () -> tensor);
  }

  /** Float32 data asked for once, when they are written. */
  public static SafeTensorsPart float32(String name, Supplier<HostTensor> data, int... shape) {
    return new SafeTensorsPart(name, Dtype.F32, Shape.of(shape), data);
  }

  /** Signed bytes asked for once, when they are written. */
  public static SafeTensorsPart int8(String name, Supplier<HostTensor> data, int... shape) {
    return new SafeTensorsPart(name, Dtype.I8, Shape.of(shape), data);
  }

  String name() {
    return name;
  }

  Dtype dtype() {
    return dtype;
  }

  Shape shape() {
    return shape;
  }

  long sizeBytes() {
    return shape.count() * dtype.sizeBytes;
  }

  HostTensor data() {
    var tensor = data.get();
    if (!tensor.shape().equals(shape) || Dtype.of(tensor) != dtype) {
      throw new IllegalStateException("[safetensors] part " + name + " was announced as " + dtype + " " + shape + ", and is "
          + Dtype.of(tensor) + " " + tensor.shape());
    }
    return tensor;
  }
}
