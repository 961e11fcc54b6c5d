package dev.mien.training.facedata;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;

/** A list or tuple of a pickle. It can grow until it lies in another one, so that none can hold itself. */
final class PickleList extends AbstractList<Object> implements RandomAccess {
  private final boolean tuple;
  private List<Object> items = List.of();
  private int depth = 1;
  private long weight = 1;
  private boolean plain = true;
  private boolean frozen;

  PickleList(boolean tuple) {
    this.tuple = tuple;
  }

  void append(Object item) {
    if (items.isEmpty()) {
      items = new ArrayList<>();
    }
    items.add(item);
    if (item instanceof PickleList list) {
      list.frozen = true;
      depth = Math.max(depth, list.depth + 1);
      weight += list.weight;
      plain &= list.plain;
    } else {
      weight++;
      plain &= PickleList.isPlain(item);
    }
  }

  /** Whether it is data, without the names that only describe data. */
  static boolean isPlain(Object item) {
    return item instanceof PickleList list ? list.plain : !(item instanceof PickleName) && !(item instanceof PickleDtype);
  }

  boolean isTuple() {
    return tuple;
  }

  boolean isFrozen() {
    return frozen;
  }

  int depth() {
    return depth;
  }

  /** Objects below it if none were shared. */
  long weight() {
    return weight;
  }

  /** An item as the machine holds it. */
  Object raw(int index) {
    return items.get(index);
  }

  @Override
  public Object get(int index) {
    return PickleSlice.value(items.get(index));
  }

  @Override
  public int size() {
    return items.size();
  }
}
