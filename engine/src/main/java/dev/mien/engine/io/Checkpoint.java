package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Saves models, optimisers and loaders in one file and brings them back, bit for bit. The file is a safetensors file that any
 * tool opens; each part's entries start with its name ({@code model.fc.weight}). Every bit is covered by a checksum, and a file
 * that is damaged or does not fit changes nothing.
 *
 * <pre>{@code
 * Checkpoint.save(path, net, optimizer, loader);
 * Checkpoint.load(path, net);                       // other parts of the file are left alone
 * }</pre>
 */
public final class Checkpoint {
  private Checkpoint() {}

  /**
   * Saves parts under their own names.
   *
   * @throws NonFiniteException when a tensor holds a NaN or an infinity; an older file stays
   * @throws MienException when the file cannot be written; an older file stays
   */
  public static void save(Path file, Stateful... parts) {
    save(file, named(parts));
  }

  /** Saves parts under given names, which hold no dot. */
  public static void save(Path file, Map<String, ? extends Stateful> parts) {
    save(file, collect(parts));
  }

  /** Saves a state as it is. */
  public static void save(Path file, StateMap state) {
    requireFinite(state);
    DurableFiles.write(file, CheckpointFormat.encode(state, CheckpointFormat.NO_STEP)::writeTo);
  }

  /**
   * Reads and checks the whole file, then restores the given parts; what the file holds for others is ignored.
   *
   * @throws FormatException when the file is damaged or a part does not fit, naming every entry that is missing, unexpected or of
   *     another shape; no part is changed then
   * @throws MienException when the file cannot be read
   */
  public static void load(Path file, Stateful... parts) {
    load(file, named(parts));
  }

  /** The same for parts that were saved under given names. */
  public static void load(Path file, Map<String, ? extends Stateful> parts) {
    try {
      restore(read(file), parts);
    } catch (FormatException e) {
      throw e.getMessage().contains(file.toString()) ? e : new FormatException("[checkpoint] " + file + ": " + e.getMessage(), e);
    }
  }

  /** A checked file's contents, for those who restore them later or look at them. */
  public static StateMap read(Path file) {
    return CheckpointFormat.read(file).state();
  }

  /** Restores parts from a state that was read; nothing is changed unless all fit. */
  public static void restore(StateMap state, Stateful... parts) {
    restore(state, named(parts));
  }

  /** The same for parts that were saved under given names. */
  public static void restore(StateMap state, Map<String, ? extends Stateful> parts) {
    var problems = new ArrayList<String>();
    parts.forEach((name, part) -> {
      var sub = state.sub(checkedName(name) + ".");
      var found = part.checkState(sub);
      if (!found.isEmpty() && sub.names().isEmpty()) {
        problems.add("the part '" + name + "' is missing, there are " + partNames(state));
      } else {
        problems.addAll(found);
      }
    });
    if (!problems.isEmpty()) {
      throw StateMap.mismatch(problems);
    }
    parts.forEach((name, part) -> part.readState(state.sub(name + ".")));
  }

  /** The state of several parts, each under its name and a dot. */
  static StateMap collect(Map<String, ? extends Stateful> parts) {
    var state = new StateMap();
    parts.forEach((name, part) -> part.writeState(state.sub(checkedName(name) + ".")));
    return state;
  }

  static SequencedMap<String, Stateful> named(Stateful... parts) {
    var named = new LinkedHashMap<String, Stateful>();
    for (var part : parts) {
      if (named.putIfAbsent(part.stateName(), part) != null) {
        throw new IllegalArgumentException("[checkpoint] two parts are named '" + part.stateName()
            + "': give them names of your own in a map");
      }
    }
    if (named.isEmpty()) {
      throw new IllegalArgumentException("[checkpoint] no parts given");
    }
    return named;
  }

  /** Numbers that are none would be carried into every later run. */
  static void requireFinite(StateMap state) {
    state.tensors().forEach((name, tensor) -> {
      int at = SafeTensors.firstNonFinite(tensor);
      if (at >= 0) {
        throw new NonFiniteException("[checkpoint] " + name + " " + tensor.shape() + " holds " + tensor.doubles()[at]
            + " at index " + at + "; nothing was saved. Go on from the last checkpoint with a smaller learning rate,"
            + " or look for the operation with Context.trainDetectingAnomalies");
      }
    });
  }

  private static String checkedName(String name) {
    if (name.isEmpty() || name.contains(".")) {
      throw new IllegalArgumentException("[checkpoint] '" + name + "' cannot name a part: it must not be empty or hold a dot");
    }
    return name;
  }

  private static LinkedHashSet<String> partNames(StateMap state) {
    var names = new LinkedHashSet<String>();
    for (String name : state.names()) {
      int dot = name.indexOf('.');
      names.add(dot < 0 ? name : name.substring(0, dot));
    }
    return names;
  }
}
