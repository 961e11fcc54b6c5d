package dev.mien.kernels.simd;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The module's tests run once for each vector width. A width that the CPU has not is emulated by the JDK, so the code of every width is
 * checked on every machine. What only hardware can show is marked {@link InHardware} and then skipped, counted and with a reason.
 */
public final class VectorWidthCondition implements ExecutionCondition {
  /** A test that says nothing when vectors are emulated. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface InHardware {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    int asked = Integer.getInteger(Tier.PROPERTY, 0);
    String require = System.getenv("MIEN_REQUIRE");
    if (Tier.machineBits() < 128 && (require == null || !require.contains("vector"))) {
      return ConditionEvaluationResult.disabled("no vectors on this CPU");
    }
    boolean marked = context.getElement().map(e -> e.isAnnotationPresent(InHardware.class)).orElse(false);
    if (marked && Tier.emulated(asked)) {
      return ConditionEvaluationResult.disabled(asked + "-bit vectors are emulated here, the CPU has at most " + Tier.machineBits());
    }
    return ConditionEvaluationResult.enabled("the CPU has this width, or the test does without");
  }
}
