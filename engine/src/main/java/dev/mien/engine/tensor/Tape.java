package dev.mien.engine.tensor;

import dev.mien.kernels.Buffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The operations of one forward pass in order, walked back once. Entries are numbered values: leaves and results. */
final class Tape {
  /** One recorded operation. */
  record Node(String op, String path, Tensor[] inputs, Tensor output, Saved[] saved, OpCall.Backward backward) {}

  /** Memory kept for a gradient rule, with the shape it was saved in (a reshaped tensor shares its storage). */
  record Saved(Storage storage, Buffer buffer) {}

  private final boolean detectAnomalies;
  private final Tape outer;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Parameter, Tensor> leaves = new IdentityHashMap<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private Context context;
  private int values;
  private boolean walked;
  private Node walking;

  /** @param outer the tape whose segment is run again on this one, or null */
  Tape(boolean detectAnomalies, Tape outer) {
    this.detectAnomalies = detectAnomalies;
    this.outer = outer;
  }

  void context(Context owner) {
    context = owner;
  }

  boolean detectAnomalies() {
    return detectAnomalies;
  }

  int values() {
    return values;
  }

  Tensor leaf(Parameter parameter) {
    requireFresh();
    return leaves.computeIfAbsent(parameter, p -> {
      parameters.add(p);
      return p.value().on(this, values++);
    });
  }

  Tensor watch(Tensor tensor) {
    requireFresh();
    if (tensor.tape() != null) {
      throw new IllegalStateException("[watch] tensor " + tensor.shape() + " is recorded already");
    }
    return tensor.on(this, values++);
  }

  /** Records an operation: saves its operands' storage and gives the result its number. */
  Tensor record(String op, Tensor[] inputs, Tensor result, Tensor[] saved, OpCall.Backward backward) {
    requireFresh();
    var kept = new Saved[saved.length];
    for (int i = 0; i < saved.length; i++) {
      if (saved[i] != null) {
        kept[i] = new Saved(saved[i].storage(), saved[i].buffer());
        kept[i].storage().retain();
      }
    }
    var output = result.on(this, values++);
    nodes.add(new Node(op, context.path(), inputs, output, kept, backward));
    return output;
  }

  private void requireFresh() {
    if (walked) {
      throw new IllegalStateException("this pass was walked back already: start a new Context for each forward pass");
    }
  }

  /** Hands over the nodes for the one walk. */
  List<Node> walk() {
    if (walked) {
      throw new IllegalStateException("[backward] the tape was consumed by an earlier backward(): run the forward pass again");
    }
    walked = true;
    return nodes;
  }

  /** Remembers the operation whose gradients are now made; null at the end. */
  void walking(Node node) {
    walking = node;
    if (outer != null && node != null) {
      outer.walking(node);
    }
  }

  Node walking() {
    return walking;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  Tensor leafOf(Parameter parameter) {
    return leaves.get(parameter);
  }

  String path() {
    return context.path();
  }
}
