package dev.mien.training.agegender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.StateMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which epoch is the best so far, also after a stop and in a run that was begun under the former rule. */
class AgeGenderTallyTest {
  @Test
  void theLowestLossIsTheBest() {
    var tally = new AgeGenderTally();
    assertTrue(tally.lowers(Double.NaN), "something is kept, even if it is all there is");
    assertTrue(tally.lowers(3));
    assertFalse(tally.lowers(3));
    assertFalse(tally.lowers(Double.NaN));
    assertTrue(tally.lowers(-1));
  }

  @Test
  void itIsRememberedOverAStop() {
    var before = new AgeGenderTally();
    before.loss().add(2, 4);
    before.lowers(3);
    var state = new StateMap();
    before.writeState(state);
    var after = new AgeGenderTally();
    assertEquals(List.of(), after.checkState(state));
    after.readState(state);
    assertEquals(4, after.loss().pictures());
    assertFalse(after.formerlyByShares());
    assertFalse(after.lowers(3));
    assertTrue(after.lowers(2.9));
  }

  @Test
  void aRunKeptBySharesSoFarComparesFromItsNextEpochOn() {
    var state = new StateMap();
    state.putDouble("loss", 8);
    state.putLong("pictures", 4);
    state.putDouble("best", 1.52);
    var tally = new AgeGenderTally();
    assertEquals(List.of(), tally.checkState(state));
    tally.readState(state);
    assertTrue(tally.formerlyByShares());
    assertEquals(2, tally.loss().mean());
    assertTrue(tally.lowers(3));
    assertFalse(tally.lowers(3.1));
    state.putDouble("lowestValidationLoss", 3);
    assertEquals(1, tally.checkState(state).size());
  }
}
