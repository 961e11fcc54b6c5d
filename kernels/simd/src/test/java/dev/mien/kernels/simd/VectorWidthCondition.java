package dev.mien.kernels.simd;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The module's tests run once for each vector width. On a machine that has not the width they are skipped, counted and with a
 * reason, unless the environment variable MIEN_REQUIRE contains {@code vector}: then they run, and fail.
 */
public final class VectorWidthCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    int asked = Integer.getInteger(Tier.PROPERTY, 0);
    String require = System.getenv("MIEN_REQUIRE");
    if (asked > Tier.machineBits() && (require == null || !require.contains("vector"))) {
      return ConditionEvaluationResult.disabled("no " + asked + "-bit vectors on this machine, only " + Tier.machineBits());
    }
    return ConditionEvaluationResult.enabled("vector width is there or required");
  }
}
