package dev.mien.engine.tensor;

import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * One walk back over a tape. Gradients of a value are summed in tape order (last consumer first), so the order is fixed; each saved
 * tensor and each gradient is released after its last reader.
 */
final class BackwardPass {
  private final Tape tape;
  private final Tensor root;
  private final Storage[] gradients;

  BackwardPass(Tape tape, Tensor root) {
    if (root.shape().count() != 1) {
      throw new ShapeException("[backward] needs a scalar, got shape " + root.shape() + ". Reduce it with a sum or a mean first");
    }
    this.tape = tape;
    this.root = root;
    this.gradients = new Storage[tape.values()];
  }

  Gradients run(Tensor... also) {
    if (root.scope().depth() == 0) {
      throw new IllegalStateException("[backward] the loss is a parameter itself, so its gradients would have no scope: "
          + "compute it from the parameter and an uploaded tensor");
    }
    var kept = new boolean[gradients.length];
    for (var t : also) {
      if (t.tape() != tape) {
        throw new IllegalStateException("[backward] tensor " + t.shape() + " is not on this tape: watch it in the same Context");
      }
      kept[t.id()] = true;
    }
    var nodes = tape.walk();
    tape.parameters().forEach(p -> kept[tape.leafOf(p).id()] = true);
    seed();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      step(nodes.get(i), kept);
      nodes.set(i, null);
    }
    return collect(also);
  }

  private void seed() {
    var seed = root.scope().allocate(ElementType.REAL, root.rawKind(), root.shape());
    seed.storage().backend.fill(seed.buffer(), 1);
    gradients[root.id()] = seed.storage();
  }

  private void step(Tape.Node node, boolean[] kept) {
    int id = node.output().id();
    var gradient = gradients[id];
    if (gradient != null) {
      if (kept[id]) {
        gradient.retain(); // a gradient that was asked for must not be overwritten in place
      }
      var call = new BackwardCall(gradient.backend, node, root.scope(), gradient);
      call.run();
      for (int i = 0; i < node.inputs().length; i++) {
        var produced = call.produced()[i];
        if (produced != null) {
          check(node, produced.buffer, i);
          accumulate(node.inputs()[i].id(), produced);
        }
      }
      gradient.release();
      if (!kept[id]) {
        gradients[id] = null;
      }
    }
    for (var saved : node.saved()) {
      if (saved != null) {
        saved.storage().release();
      }
    }
    if (id != root.id() && !kept[id]) {
      node.output().release();
    }
  }

  private void check(Tape.Node node, Buffer gradient, int input) {
    if (tape.detectAnomalies() && !Double.isFinite(root.storage().backend.sumOfSquares(gradient))) {
      throw new NonFiniteException("[" + node.op() + "] the backward pass made a NaN or infinity in the gradient of operand " + input
          + " " + node.inputs()[input].shape() + " (at " + node.path() + ")");
    }
  }

  private void accumulate(int id, Storage produced) {
    var sum = gradients[id];
    if (sum == null) {
      gradients[id] = produced;
      return;
    }
    var backend = sum.backend;
    if (sum.exclusive()) {
      backend.axpby(1, produced.buffer, 1, sum.buffer);
      produced.release();
      return;
    }
    var fresh = root.scope().own(backend.allocate(ElementType.REAL, sum.buffer.kind(), sum.buffer.dims())).storage();
    backend.binary(Binary.ADD, sum.buffer, produced.buffer, fresh.buffer);
    gradients[id] = fresh;
    sum.release();
    produced.release();
  }

  private Gradients collect(Tensor... also) {
    Map<Parameter, Tensor> byParameter = new IdentityHashMap<>();
    List<Parameter> order = new ArrayList<>();
    for (var p : tape.parameters()) {
      var g = gradients[tape.leafOf(p).id()];
      if (g != null) {
        byParameter.put(p, tensor(g));
        order.add(p);
      }
    }
    Map<Integer, Tensor> byId = new HashMap<>();
    for (var t : also) {
      var g = gradients[t.id()];
      byId.put(t.id(), g == null ? zeros(t) : tensor(g));
    }
    return new Gradients(order, byParameter, tape, byId, root.scope().device());
  }

  private Tensor tensor(Storage g) {
    return new Tensor(root.scope(), g, g.buffer, null, -1);
  }

  private Tensor zeros(Tensor like) {
    var z = root.scope().allocate(ElementType.REAL, like.rawKind(), like.shape());
    z.storage().backend.fill(z.buffer(), 0);
    return z;
  }
}
