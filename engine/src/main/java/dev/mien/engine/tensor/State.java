package dev.mien.engine.tensor;

/** A value that training changes without gradients: running statistics, moving averages. Changes go through {@link Context#update}. */
public final class State extends Variable {
  public State(String name, HostTensor initial) {
    super(name, initial);
  }

  /** Takes the value of a tensor of as many elements on the same device, without the host; for use within {@link Context#update}. */
  public void copyFrom(Tensor source) {
    var target = valueForUpdate();
    var backend = target.device().backend();
    backend.copy(backend.view(source.buffer(), shape().toArray()), target.buffer());
    changed();
  }
}
