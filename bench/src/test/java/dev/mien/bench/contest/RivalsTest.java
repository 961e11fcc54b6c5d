package dev.mien.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.bench.work.Works;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RivalsTest {
  private static final Map<String, Double> NUMBERS = Map.of("torch-djl", 3.0, "torch-javacpp", 2.0, "onnxruntime", 1.0);

  @Test
  void kernelsAndTrainingAreHeldAgainstTheBetterLibtorch() {
    assertEquals("torch-javacpp", Rivals.best(Works.named("convfwd_3x3s1_64-64@56"), NUMBERS));
    assertEquals("torch-javacpp", Rivals.best(Works.named("resnet18_train_b8"), NUMBERS));
  }

  @Test
  void inferenceOfNetworksIsHeldAgainstTheBestOfAll() {
    assertEquals("onnxruntime", Rivals.best(Works.named("resnet18_infer_b8"), NUMBERS));
    assertEquals("torch-javacpp", Rivals.best(Works.named("resnet18_infer_b8"), Map.of("torch-javacpp", 2.0, "onnxruntime", 2.5)));
  }

  @Test
  void whoHasNoNumberIsNoRival() {
    assertNull(Rivals.best(Works.named("bnfwd_train"), Map.of("onnxruntime", 1.0)));
    assertEquals("torch-djl", Rivals.best(Works.named("bnfwd_train"), Map.of("torch-djl", 5.0, "torch-javacpp", Double.NaN)));
  }

  @Test
  void medians() {
    assertEquals(2.5, Numbers.median(List.of(4.0, 1.0, 2.0, 3.0)));
    assertEquals(3, Numbers.median(List.of(4.0, 1.0, 3.0)));
    assertTrue(Double.isNaN(Numbers.median(List.of())));
    assertNull(Numbers.rounded(Double.NaN));
    assertEquals(12.35, Numbers.rounded(12.3456));
  }
}
