package dev.mien.models.loss;

import dev.mien.engine.tensor.MienException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The losses by the names that the command line and run files use. */
public final class AgeLosses {
  private static final Map<String, Supplier<AgeLoss>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("amr", AmrLoss::paper);
    BY_NAME.put("amr-released", AmrLoss::releasedCode);
    BY_NAME.put("mean-variance", MeanVarianceLoss::paper);
    BY_NAME.put("dldl", DldlLoss::standard);
    BY_NAME.put("dldl-v2", DldlV2Loss::standard);
    BY_NAME.put("cross-entropy", TermLoss::crossEntropy);
    BY_NAME.put("l1", TermLoss::l1Expectation);
    BY_NAME.put("mean-softmax", TermLoss::meanSoftmax);
    BY_NAME.put("variance-softmax", TermLoss::varianceSoftmax);
    BY_NAME.put("residue-softmax", TermLoss::residueSoftmax);
  }

  private AgeLosses() {}

  /** The six rows of the AMR paper's Table 1, in its order. */
  public static List<AgeLoss> table1() {
    return List.of(TermLoss.crossEntropy(), TermLoss.meanSoftmax(), TermLoss.varianceSoftmax(), MeanVarianceLoss.paper(),
        TermLoss.residueSoftmax(), AmrLoss.paper());
  }

  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /**
   * @param name one of {@link #names}, or {@code amr-kN} for a fixed K
   * @throws MienException when there is no such loss; the message lists them
   */
  public static AgeLoss named(String name) {
    if (name.matches("amr-k[1-9][0-9]{0,2}")) {
      return AmrLoss.paper().k(AmrLoss.K.fixed(Integer.parseInt(name.substring(5))));
    }
    var loss = BY_NAME.get(name);
    if (loss == null) {
      throw new MienException("no loss named '" + name + "'; there are " + String.join(", ", BY_NAME.keySet()) + ", amr-kN");
    }
    return loss.get();
  }
}
