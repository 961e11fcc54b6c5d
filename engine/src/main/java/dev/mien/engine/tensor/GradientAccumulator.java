package dev.mien.engine.tensor;

import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Sums gradients over several batches, so that a step can use more examples than fit in memory. Belongs to the device. */
public final class GradientAccumulator implements AutoCloseable {
  private final Device device;
  private final Map<Parameter, Tensor> sums = new IdentityHashMap<>();
  private final List<Parameter> order = new ArrayList<>();

  public GradientAccumulator(Device device) {
    this.device = device;
  }

  void add(Gradients gradients, double factor) {
    for (var p : gradients.parameters()) {
      var sum = sums.get(p);
      boolean fresh = sum == null;
      if (fresh) {
        sum = device.root().allocate(ElementType.REAL, Kind.PLAIN, p.shape());
        sums.put(p, sum);
        order.add(p);
      }
      device.backend().axpby(factor, gradients.of(p).buffer(), fresh ? 0 : 1, sum.buffer());
    }
  }

  /** The sums so far, as gradients for an optimiser step. */
  public Gradients gradients() {
    return new Gradients(order, sums, null, Map.of(), device);
  }

  /** Starts over. */
  public void clear() {
    sums.values().forEach(device::free);
    sums.clear();
    order.clear();
  }

  @Override
  public void close() {
    clear();
  }
}
