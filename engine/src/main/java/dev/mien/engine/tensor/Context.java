package dev.mien.engine.tensor;

import dev.mien.engine.random.Rng;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * How one forward pass is to run: train or eval, whether it is recorded, where randomness comes from; and what it wants to change
 * (running statistics), which the optimiser's step commits once. One context serves one pass in one thread.
 */
public final class Context {
  private final boolean training;
  private final Rng rng;
  private final Tape tape;
  private final Deque<String> path = new ArrayDeque<>();
  private final List<Update> updates = new ArrayList<>();
  /** Parameters in the order of their first use, when a segment wants to know; otherwise null. */
  private SequencedSet<Parameter> used;

  private Context(boolean training, Rng rng, Tape tape) {
    this.training = training;
    this.rng = rng;
    this.tape = tape;
    if (tape != null) {
      tape.context(this);
    }
  }

  /** A recorded training pass; {@code rng} is this step's key. */
  public static Context train(Rng rng) {
    return new Context(true, rng, new Tape(false, null));
  }

  /** As {@link #train}, and every operation's result and gradient is checked for NaN and infinity (slow). */
  public static Context trainDetectingAnomalies(Rng rng) {
    return new Context(true, rng, new Tape(true, null));
  }

  /** Inference: nothing recorded, nothing random. */
  public static Context eval() {
    return new Context(false, null, null);
  }

  /** Inference whose operations are recorded, for gradients in inputs and activations. */
  public static Context evalRecorded() {
    return new Context(false, null, new Tape(false, null));
  }

  public boolean training() {
    return training;
  }

  public boolean recording() {
    return tape != null;
  }

  boolean detectsAnomalies() {
    return tape != null && tape.detectAnomalies();
  }

  /** Whether an operation on this tensor is bare inference: eval, nothing recorded. */
  public boolean infers(Tensor operand) {
    return !training && tape == null && !operand.isRecorded();
  }

  /**
   * A random key for the module that asks, a pure function of the step's key and the module's path.
   *
   * @throws IllegalStateException in an eval context
   */
  public Rng rng() {
    if (rng == null) {
      throw new IllegalStateException("an eval context has no randomness (at " + path() + ")");
    }
    return rng.split(path());
  }

  /** Marks an input so that its gradient can be asked for; the identity when nothing is recorded. */
  public Tensor watch(Tensor tensor) {
    return tape == null ? tensor : tape.watch(tensor);
  }

  Tensor leaf(Parameter parameter) {
    if (used != null) {
      used.add(parameter);
    }
    return tape == null ? parameter.value() : tape.leaf(parameter);
  }

  /** Says that a module will not read an intermediate result again: it is released, unless a tape may still need it. */
  public void done(Tensor intermediate) {
    if (tape == null) {
      intermediate.release();
    }
  }

  /** A change to a state and the tensors it reads. */
  private record Update(Runnable change, Tensor[] reads) {}

  /**
   * A change to a state, made when the optimiser steps; dropped when it never does (a recomputed or abandoned pass).
   *
   * @param reads tensors of the step that the change reads
   */
  public void update(Runnable change, Tensor... reads) {
    if (training) {
      updates.add(new Update(change, reads));
    }
  }

  /** Makes the collected changes, once. Called by the optimiser. */
  public void commitUpdates() {
    updates.forEach(u -> u.change.run());
    updates.clear();
  }

  /** The same pass off the tape, in which a {@link Segment} runs for the first time. */
  Context unrecorded() {
    var copy = new Context(training, rng, null);
    copy.path.addAll(path);
    copy.used = new LinkedHashSet<>();
    return copy;
  }

  /** The same pass at the same place on a tape of its own. */
  Context recordedAgain() {
    var copy = new Context(training, rng, new Tape(tape.detectAnomalies(), tape));
    copy.path.addAll(path);
    return copy;
  }

  List<Parameter> used() {
    return List.copyOf(used);
  }

  /** Passes the collected changes on, and what they read from a scope that closes to the one around it. */
  void handOverUpdates(Context target, Scope closing) {
    for (var u : updates) {
      for (var t : u.reads) {
        closing.handOver(t);
      }
      target.updates.add(u);
    }
    updates.clear();
  }

  /** Enters a module; for {@code Module} only. */
  public void enter(String name) {
    path.addLast(name);
  }

  /** Leaves a module; for {@code Module} only. */
  public void leave() {
    path.removeLast();
  }

  /** Where the pass stands, for plans of memory: {@code forward of net.layer1.0.conv1} or {@code backward of ...}. */
  public String where() {
    var node = tape == null ? null : tape.walking();
    return node == null ? "forward of " + path() : "backward of " + node.path() + " (" + node.op() + ")";
  }

  /** The module now running, for example {@code net.layer1.0.conv1}. */
  public String path() {
    return path.isEmpty() ? "net" : String.join(".", path);
  }
}
