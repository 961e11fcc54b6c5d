package dev.mien.training.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.models.explain.Heatmap;
import dev.mien.training.synthetic.CueMask;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CueAgreementTest {
  /** Of 25 pixels the cue shows in the first row and half of one more; the map's top five are four of that row and one elsewhere. */
  @Test
  void byHand() {
    var cover = new float[25];
    Arrays.fill(cover, 0, 5, 1);
    cover[5] = 0.49f;
    var values = new float[25];
    values[0] = 1;
    values[1] = 0.9f;
    values[2] = 0.8f;
    values[3] = 0.7f;
    values[24] = 0.6f;
    var found = CueAgreement.of(new Heatmap(5, 5, values), new CueMask(5, cover));
    assertEquals(0.2, found.area(), 1e-12);
    assertEquals(3.4 / 4, found.mass(), 1e-6);
    assertEquals(4 / 6.0, found.topIou(), 1e-12);
    assertEquals(0.04 / 0.36, found.chanceIou(), 1e-12);
    assertEquals(4.25, found.gain(), 1e-5);
  }

  @Test
  void anEvenMapTellsNothing() {
    var found = CueAgreement.of(new Heatmap(5, 5, new float[25]), new CueMask(5, new float[25]));
    assertTrue(Double.isNaN(found.mass()));
    assertEquals(0, found.topIou(), 0);
    assertThrows(IllegalArgumentException.class, () -> CueAgreement.of(new Heatmap(5, 5, new float[25]), new CueMask(4, new float[16])));
  }
}
