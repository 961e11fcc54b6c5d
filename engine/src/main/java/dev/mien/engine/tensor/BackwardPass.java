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
  private final Scope scope;
  private final Storage[] gradients;
  private final boolean[] kept;

  /** @param scope owns the gradients */
  BackwardPass(Tape tape, Tensor root, Scope scope) {
    this.tape = tape;
    this.root = root;
    this.scope = scope;
    this.gradients = new Storage[tape.values()];
    this.kept = new boolean[gradients.length];
  }

  /** The gradients of a scalar in all parameters and in the tensors named. */
  Gradients run(Tensor... also) {
    if (root.shape().count() != 1) {
      throw new ShapeException("[backward] needs a scalar, got shape " + root.shape() + ". Reduce it with a sum or a mean first");
    }
    if (scope.depth() == 0) {
      throw new IllegalStateException("[backward] the loss is a parameter itself, so its gradients would have no scope: "
          + "compute it from the parameter and an uploaded tensor");
    }
    for (var t : also) {
      if (t.tape() != tape) {
        throw new IllegalStateException("[backward] tensor " + t.shape() + " is not on this tape: watch it in the same Context");
      }
      kept[t.id()] = true;
    }
    var nodes = tape.walk();
    gradients[root.id()] = seed();
    walk(nodes, root.id());
    return collect(also);
  }

  /**
   * The gradients of the values with the numbers of parameters and of {@code input}, given that of the root, which is taken over. Each
   * belongs to the caller.
   */
  Storage[] runFrom(Storage seed, Tensor input) {
    if (input.tape() == tape) {
      kept[input.id()] = true;
    }
    gradients[root.id()] = seed;
    walk(tape.walk(), -1);
    return gradients;
  }

  /** @param readable the value that stays readable although the walk is past it */
  private void walk(List<Tape.Node> nodes, int readable) {
    tape.parameters().forEach(p -> kept[tape.leafOf(p).id()] = true);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      tape.walking(nodes.get(i));
      step(nodes.get(i), readable);
      nodes.set(i, null);
    }
    tape.walking(null);
  }

  private Storage seed() {
    var seed = scope.allocate(ElementType.REAL, root.rawKind(), root.shape());
    seed.storage().backend.fill(seed.buffer(), 1);
    return seed.storage();
  }

  private void step(Tape.Node node, int readable) {
    int id = node.output().id();
    var gradient = gradients[id];
    if (id != readable && !kept[id]) {
      node.output().release(); // before the rule runs: what the rule needs, it saved
    }
    if (gradient != null) {
      if (kept[id]) {
        gradient.retain(); // a gradient that was asked for must not be overwritten in place
      }
      var call = new BackwardCall(gradient.backend, node, scope, gradient);
      call.run();
      for (int i = 0; i < node.inputs().length; i++) {
        var produced = call.produced()[i];
        if (produced != null) {
          check(node, produced.buffer, i);
          accumulate(node.inputs()[i].id(), produced);
        }
      }
      if (!call.gradientTaken()) {
        gradient.release();
      }
      if (!kept[id]) {
        gradients[id] = null;
      }
    }
    for (var saved : node.saved()) {
      if (saved != null) {
        saved.storage().release();
      }
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
    var fresh = scope.own(backend.allocate(ElementType.REAL, sum.buffer.kind(), sum.buffer.dims())).storage();
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
    return new Gradients(order, byParameter, tape, byId, scope.device());
  }

  private Tensor tensor(Storage g) {
    return new Tensor(scope, g, g.buffer, null, -1);
  }

  private Tensor zeros(Tensor like) {
    var z = scope.allocate(ElementType.REAL, like.rawKind(), like.shape());
    z.storage().backend.fill(z.buffer(), 0);
    return z;
  }
}
