package dev.mien.engine.tensor;

import dev.mien.engine.random.Rng;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How one forward pass is to run: train or eval, whether it is recorded, where randomness comes from; and what it wants to change
 * (running statistics), which the optimiser's step commits once. One context serves one pass in one thread.
 */
public final class Context {
  private final boolean training;
  private final Rng rng;
  private final Tape tape;
  private final Deque<String> path = new ArrayDeque<>();
  private final List<Runnable> updates = new ArrayList<>();

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
    return new Context(true, rng, new Tape(false));
  }

  /** As {@link #train}, and every operation's result and gradient is checked for NaN and infinity (slow). */
  public static Context trainDetectingAnomalies(Rng rng) {
    return new Context(true, rng, new Tape(true));
  }

  /** Inference: nothing recorded, nothing random. */
  public static Context eval() {
    return new Context(false, null, null);
  }

  /** Inference whose operations are recorded, for gradients in inputs and activations. */
  public static Context evalRecorded() {
    return new Context(false, null, new Tape(false));
  }

  public boolean training() {
    return training;
  }

  public boolean recording() {
    return tape != null;
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
    return tape == null ? parameter.value() : tape.leaf(parameter);
  }

  /** Says that a module will not read an intermediate result again: it is released, unless a tape may still need it. */
  public void done(Tensor intermediate) {
    if (tape == null) {
      intermediate.release();
    }
  }

  /** A change to a state, made when the optimiser steps; dropped when it never does (a recomputed or abandoned pass). */
  public void update(Runnable change) {
    if (training) {
      updates.add(change);
    }
  }

  /** Makes the collected changes, once. Called by the optimiser. */
  public void commitUpdates() {
    updates.forEach(Runnable::run);
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

  /** The module now running, for example {@code net.layer1.0.conv1}. */
  public String path() {
    return path.isEmpty() ? "net" : String.join(".", path);
  }
}
