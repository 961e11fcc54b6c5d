package dev.mien.engine.nn;

import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.MatMul;
import dev.mien.engine.ops.Softmax;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/**
 * Self-attention with several heads (Vaswani et al. 2017, "Attention Is All You Need", section 3.2): of tokens {@code [N, T, C]},
 *
 * <pre>
 *   Q, K, V = x W_q, x W_k, x W_v      head h: softmax(Q_h K_h^T / sqrt(C / H)) V_h      result: [heads] W_o
 * </pre>
 */
public final class MultiHeadAttention extends Module {
  private final int heads;
  private final int features;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  /** @param heads H, a divisor of the features C */
  public MultiHeadAttention(int features, int heads, Rng rng) {
    if (heads < 1 || features % heads != 0) {
      throw new IllegalArgumentException("[attention] " + features + " features cannot be parted among " + heads + " heads");
    }
    this.heads = heads;
    this.features = features;
    query = child("query", new Linear(features, features, rng.split("query")));
    key = child("key", new Linear(features, features, rng.split("key")));
    value = child("value", new Linear(features, features, rng.split("value")));
    output = child("output", new Linear(features, features, rng.split("output")));
  }

  /**
   * @param result {@code [N, T, C]}
   * @param weights {@code [N H, T, T]}: how much each token takes of each; rows sum to 1
   */
  public record Attended(Tensor result, Tensor weights) {}

  /** The result with the weights that made it. */
  public Attended attend(Tensor x, Context context) {
    return within(context, () -> {
      int n = x.shape().dim(0);
      int tokens = x.shape().dim(1);
      var flat = Layouts.reshape(x, n * tokens, features);
      var q = heads(Elementwise.scale(query.forward(flat, context), 1 / Math.sqrt(features / (double) heads)), n, tokens);
      var k = heads(key.forward(flat, context), n, tokens);
      var v = heads(value.forward(flat, context), n, tokens);
      var weights = Softmax.softmax(MatMul.matmul(q, k, false, true));
      var mixed = Layouts.permute(Layouts.reshape(MatMul.matmul(weights, v), n, heads, tokens, features / heads), 0, 2, 1, 3);
      var y = output.forward(Layouts.reshape(mixed, n * tokens, features), context);
      return new Attended(Layouts.reshape(y, n, tokens, features), weights);
    });
  }

  /** {@code [N T, C] -> [N H, T, C / H]}. */
  private Tensor heads(Tensor x, int n, int tokens) {
    var parted = Layouts.permute(Layouts.reshape(x, n, tokens, heads, features / heads), 0, 2, 1, 3);
    return Layouts.reshape(parted, n * heads, tokens, features / heads);
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return attend(x, context).result();
  }
}
