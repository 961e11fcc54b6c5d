package dev.mien.bench.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PinningTest {
  @Test
  void readsListsOfProcessors() {
    assertEquals(List.of(0, 1, 2, 5), Pinning.list("0-2,5"));
    assertEquals(List.of(), Pinning.list(""));
  }

  @Test
  void moreThreadsThanCoresAreNotPinnedAndToldSo() {
    assertEquals(List.of(), Pinning.prefix(1 << 20));
    assertNotNull(Pinning.obstacle(1 << 20));
    assertTrue(Pinning.obstacle(1) == null || Pinning.prefix(1).isEmpty());
  }
}
