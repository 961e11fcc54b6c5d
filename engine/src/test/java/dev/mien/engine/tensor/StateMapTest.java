package dev.mien.engine.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StateMapTest {
  private static StateMap sample() {
    var state = new StateMap();
    state.putLong("step", 12);
    var model = state.sub("model.");
    model.put("b", HostTensor.of(new float[] {1, 2}, 2));
    model.sub("layer1.").put("a", HostTensor.of(new int[] {3}));
    model.putString("kind", "resnet");
    model.putDouble("rate", 0.1);
    return state;
  }

  @Test
  void viewsAddAndSeeTheirPrefixOnly() {
    var state = sample();
    assertEquals(List.of("step", "model.b", "model.layer1.a", "model.kind", "model.rate"), List.copyOf(state.names()));
    assertEquals(List.of("b", "layer1.a", "kind", "rate"), List.copyOf(state.sub("model.").names()));
    assertEquals(List.of("a"), List.copyOf(state.sub("model.").sub("layer1.").names()));
    assertEquals(List.of("b", "layer1.a"), List.copyOf(state.sub("model.").tensors().keySet()));
    assertEquals("resnet", state.sub("model.").string("kind"));
    assertEquals(0.1, state.doubleValue("model.rate"));
    assertEquals(12, state.longValue("step"));
    assertTrue(state.contains("model.b"));
    assertFalse(state.sub("model.").contains("step"));
    assertEquals(List.of(), List.copyOf(state.sub("absent.").names()));
  }

  @Test
  void namesAreGivenOnce() {
    var state = sample();
    assertEquals("[state] model.b is written twice: give each part its own name",
        assertThrows(IllegalStateException.class, () -> state.sub("model.").putLong("b", 1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> state.sub("model.").putLong("", 1));
    assertThrows(IllegalArgumentException.class, () -> state.putString("x", null));
  }

  @Test
  void wrongAccessNamesEntryKindAndShape() {
    var model = sample().sub("model.");
    assertEquals("[state] model.c is missing", assertThrows(FormatException.class, () -> model.tensor("c")).getMessage());
    assertEquals("[state] model.kind is string, expected tensor",
        assertThrows(FormatException.class, () -> model.tensor("kind")).getMessage());
    assertEquals("[state] model.b has shape [2], expected [2, 1]",
        assertThrows(FormatException.class, () -> model.tensor("b", Shape.of(2, 1))).getMessage());
    assertEquals("[state] x is missing: the state is empty",
        assertThrows(FormatException.class, () -> new StateMap().longValue("x")).getMessage());
  }

  @Test
  void differencesNameEverything() {
    var expected = new StateMap();
    expected.put("b", HostTensor.of(new double[] {5, 6}, 2)); // double or float is the device's own affair
    expected.put("layer1.a", HostTensor.of(new int[2], 2));
    expected.putLong("kind", 1);
    expected.putDouble("gone", 1);
    var model = sample().sub("model.");
    assertEquals(List.of("model.layer1.a is integer tensor [], expected integer tensor [2]",
        "model.kind is string, expected integer",
        "model.gone is missing (number)", "model.rate is unexpected (number)"), model.differences(expected));
    var e = assertThrows(FormatException.class, () -> model.requireLike(expected));
    assertTrue(e.getMessage().startsWith("[state] 4 names do not fit: model.layer1.a is"), e.getMessage());
    sample().requireLike(sample());
  }

  @Test
  void equalityIsByNamesKindsAndValues() {
    assertEquals(sample(), sample());
    assertEquals(sample().hashCode(), sample().hashCode());
    var other = sample();
    other.putLong("more", 1);
    assertNotEquals(sample(), other);
    assertEquals(sample().sub("model.layer1."), other.sub("model.layer1."));
  }

  @Test
  void partsAreNamedAfterTheirClassUnlessTheySayOtherwise() {
    final class SmallLoader implements Stateful {
      @Override
      public void writeState(StateMap out) {}

      @Override
      public void readState(StateMap in) {}
    }

    assertEquals("smallLoader", new SmallLoader().stateName());
    Stateful anonymous = new Stateful() {
      @Override
      public void writeState(StateMap out) {}

      @Override
      public void readState(StateMap in) {}
    };
    assertThrows(IllegalStateException.class, anonymous::stateName);
  }
}
