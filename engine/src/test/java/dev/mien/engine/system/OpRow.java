package dev.mien.engine.system;

import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** One row of the table of operation samples: how to draw a call of one public operation, and how it may fail. */
final class OpRow {
  private final String signature;
  private final Function<Draw, Sample> samples;
  private final List<Failure> failures = new ArrayList<>();

  /**
   * A wrong call.
   *
   * @param type exact class of the exception
   * @param message its whole message
   * @param call the call
   */
  record Failure(Class<? extends MienException> type, String message, Consumer<Scope> call) {}

  /**
   * @param signature {@code Class.method(ParameterTypes)}, simple names
   * @param samples draws a call; kinks are kept at least 1e-3 away
   */
  OpRow(String signature, Function<Draw, Sample> samples) {
    this.signature = signature;
    this.samples = samples;
  }

  OpRow fails(Class<? extends MienException> type, String message, Consumer<Scope> call) {
    failures.add(new Failure(type, message, call));
    return this;
  }

  String signature() {
    return signature;
  }

  /** The operation's name in messages: the method's. */
  String operation() {
    return signature.substring(signature.indexOf('.') + 1, signature.indexOf('('));
  }

  Sample sample(Draw draw) {
    return samples.apply(draw);
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }

  @Override
  public String toString() {
    return signature;
  }
}
