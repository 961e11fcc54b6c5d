package dev.mien.engine.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Named tensors, strings, longs and doubles in the order they were put: the state of models, optimisers and loaders on its way to
 * or from a file. {@link #sub} gives a view under a prefix.
 *
 * <pre>{@code
 * var state = new StateMap();
 * state.putLong("step", 12);
 * net.writeState(state.sub("model."));
 * }</pre>
 */
public final class StateMap {
  private final SequencedMap<String, Object> entries;
  private final String prefix;

  public StateMap() {
    this(new LinkedHashMap<>(), "");
  }

  private StateMap(SequencedMap<String, Object> entries, String prefix) {
    this.entries = entries;
    this.prefix = prefix;
  }

  /** A view: what is put into it lands here with {@code prefix} before its name, and only such names are seen through it. */
  public StateMap sub(String prefix) {
    return new StateMap(entries, this.prefix + prefix);
  }

  /**
   * @throws IllegalStateException when the name is taken
   */
  public void put(String name, HostTensor tensor) {
    putEntry(name, tensor);
  }

  public void putString(String name, String value) {
    putEntry(name, value);
  }

  public void putLong(String name, long value) {
    putEntry(name, value);
  }

  /** Kept bit for bit, NaN and infinities included. */
  public void putDouble(String name, double value) {
    putEntry(name, value);
  }

  private void putEntry(String name, Object value) {
    String full = prefix + name;
    if (name.isEmpty() || value == null) {
      throw new IllegalArgumentException("[state] " + (value == null ? full + " is null" : "empty name under '" + prefix + "'"));
    }
    if (entries.putIfAbsent(full, value) != null) {
      throw new IllegalStateException("[state] " + full + " is written twice: give each part its own name");
    }
  }

  /**
   * @throws FormatException when there is no such tensor
   */
  public HostTensor tensor(String name) {
    return get(name, HostTensor.class);
  }

  /**
   * @throws FormatException when there is no such tensor or its shape differs
   */
  public HostTensor tensor(String name, Shape expected) {
    var tensor = tensor(name);
    if (!tensor.shape().equals(expected)) {
      throw new FormatException("[state] " + prefix + name + " has shape " + tensor.shape() + ", expected " + expected);
    }
    return tensor;
  }

  public String string(String name) {
    return get(name, String.class);
  }

  public long longValue(String name) {
    return get(name, Long.class);
  }

  public double doubleValue(String name) {
    return get(name, Double.class);
  }

  private <T> T get(String name, Class<T> kind) {
    var value = entries.get(prefix + name);
    if (value == null) {
      throw new FormatException("[state] " + prefix + name + " is missing" + (entries.isEmpty() ? ": the state is empty" : ""));
    }
    if (!kind.isInstance(value)) {
      throw new FormatException("[state] " + prefix + name + " is " + kindOf(value) + ", expected " + kindOf(kind));
    }
    return kind.cast(value);
  }

  public boolean contains(String name) {
    return entries.containsKey(prefix + name);
  }

  /** All names seen through this view, without its prefix, in order. */
  public Set<String> names() {
    var names = new LinkedHashSet<String>();
    for (String full : entries.keySet()) {
      if (isSeen(full)) {
        names.add(full.substring(prefix.length()));
      }
    }
    return Collections.unmodifiableSet(names);
  }

  /** The tensors seen through this view under their names without its prefix, in order. */
  public SequencedMap<String, HostTensor> tensors() {
    return ofKind(HostTensor.class);
  }

  public SequencedMap<String, String> strings() {
    return ofKind(String.class);
  }

  public SequencedMap<String, Long> longs() {
    return ofKind(Long.class);
  }

  public SequencedMap<String, Double> doubles() {
    return ofKind(Double.class);
  }

  private <T> SequencedMap<String, T> ofKind(Class<T> kind) {
    var found = new LinkedHashMap<String, T>();
    for (Map.Entry<String, Object> e : entries.entrySet()) {
      if (isSeen(e.getKey()) && kind.isInstance(e.getValue())) {
        found.put(e.getKey().substring(prefix.length()), kind.cast(e.getValue()));
      }
    }
    return Collections.unmodifiableSequencedMap(found);
  }

  private boolean isSeen(String full) {
    return full.length() > prefix.length() && full.startsWith(prefix);
  }

  /** Each missing name, each name too many, each other kind or shape than in {@code expected}; values are not compared. */
  public List<String> differences(StateMap expected) {
    var found = new ArrayList<String>();
    for (String name : expected.names()) {
      var want = expected.entries.get(expected.prefix + name);
      var have = entries.get(prefix + name);
      if (have == null) {
        found.add(prefix + name + " is missing (" + describe(want) + ")");
      } else if (!describe(have).equals(describe(want))) {
        found.add(prefix + name + " is " + describe(have) + ", expected " + describe(want));
      }
    }
    for (String name : names()) {
      if (!expected.contains(name)) {
        found.add(prefix + name + " is unexpected (" + describe(entries.get(prefix + name)) + ")");
      }
    }
    return found;
  }

  /**
   * One error for all differences of names, kinds and shapes.
   *
   * @throws FormatException when {@link #differences} finds any
   */
  public void requireLike(StateMap expected) {
    var found = differences(expected);
    if (!found.isEmpty()) {
      throw mismatch(found);
    }
  }

  /** The one error for a list of differences. */
  public static FormatException mismatch(List<String> differences) {
    return new FormatException("[state] " + differences.size() + (differences.size() == 1 ? " name does" : " names do")
        + " not fit: " + String.join("; ", differences) + ". Was it saved from the same model and settings?");
  }

  private static String describe(Object value) {
    return value instanceof HostTensor t ? kindOf(value) + " " + t.shape() : kindOf(value);
  }

  private static String kindOf(Object value) {
    return switch (value) {
      case HostTensor t -> t.isReal() ? "real tensor" : t.isInt() ? "integer tensor" : "byte tensor";
      case String s -> "string";
      case Long l -> "integer";
      default -> "number";
    };
  }

  private static String kindOf(Class<?> kind) {
    return kind == HostTensor.class ? "tensor" : kind == String.class ? "string" : kind == Long.class ? "integer" : "number";
  }

  /** Equal names in any order, equal kinds, equal values. */
  @Override
  public boolean equals(Object o) {
    return o instanceof StateMap s && names().equals(s.names())
        && names().stream().allMatch(n -> entries.get(prefix + n).equals(s.entries.get(s.prefix + n)));
  }

  @Override
  public int hashCode() {
    return names().hashCode();
  }

  @Override
  public String toString() {
    return "StateMap " + prefix + names();
  }
}
