package dev.mien.engine.tensor;

/** A value that training changes without gradients: running statistics, moving averages. Changes go through {@link Context#update}. */
public final class State extends Variable {
  public State(String name, HostTensor initial) {
    super(name, initial);
  }
}
