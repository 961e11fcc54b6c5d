package dev.mien.engine.tensor;

import java.util.List;

/**
 * Something that a checkpoint keeps: a model, an optimiser, a loader. What {@link #writeState} writes, {@link #readState} of an
 * equally built object takes, and both then behave alike, bit for bit.
 */
public interface Stateful {
  /**
   * The part's name in a checkpoint, such as {@code model} or {@code optimizer}; by default the class's name with a small first
   * letter.
   */
  default String stateName() {
    String name = getClass().getSimpleName();
    if (name.isEmpty()) {
      throw new IllegalStateException("[state] " + getClass().getName() + " has no simple name: override stateName()");
    }
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** Adds everything needed to continue later; the tensors put in are not changed afterwards. */
  void writeState(StateMap out);

  /** Takes over the state; called only after {@link #checkState} found nothing to object to. */
  void readState(StateMap in);

  /**
   * What is wrong with {@code in} for this object, one short sentence each; nothing is changed. By default the names, kinds and
   * shapes must be those that {@link #writeState} gives now; override where state may come and go.
   */
  default List<String> checkState(StateMap in) {
    var expected = new StateMap();
    writeState(expected);
    return in.differences(expected);
  }
}
