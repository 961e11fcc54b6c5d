package dev.mien.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SyntheticAgesTest {
  private final OpenOptions options = OpenOptions.defaults().shrinkToPx(32).threads(2);

  @Test
  void isTheSameDataForAnyNumberOfThreadsAndAnyCache() {
    try (var plain = DataSpec.parse("synthetic:150").open(options);
        var cached = DataSpec.parse("synthetic:150").open(options.threads(1).cacheBytes(40L * 3 * 32 * 32))) {
      assertEquals(plain.contentHash(), cached.contentHash());
      assertEquals(plain.samples(), cached.samples());
      assertEquals(plain.read(3), cached.read(3));
      assertEquals(plain.read(149), cached.read(149));
      assertEquals(32, plain.read(0).width());
    }
  }

  @Test
  void splitsLabelsAndFloorAreThere() {
    try (var source = SyntheticAges.open(400, options)) {
      assertEquals(400, source.samples().size());
      int training = source.indices(Split.TRAIN).length;
      assertEquals(400, training + source.indices(Split.VALIDATION).length + source.indices(Split.TEST).length);
      assertTrue(source.indices(Split.TRAIN).length > 280 && source.indices(Split.TEST).length > 20, source.describe());
      assertTrue(source.irreducibleMae().orElseThrow() > 1, source.describe());
      assertTrue(source.findings().items().isEmpty());
      assertTrue(source.trainingMedianYears() > 20 && source.trainingMedianYears() < 50, source.describe());
      try (var larger = SyntheticAges.open(400, options.shrinkToPx(40))) {
        assertNotEquals(source.contentHash(), larger.contentHash());
      }
      try (var young = SyntheticAges.open(400, options.lastClass(50))) {
        long old = source.samples().stream().filter(s -> s.ageYears() > 50).count();
        assertEquals(old, young.findings().count(Finding.ABOVE_LAST_CLASS));
      }
    }
  }
}
