package dev.mien.training.loop;

import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.training.data.BatchLoader;
import dev.mien.training.data.Batches;
import dev.mien.training.run.RunFolder;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** The least task there is: the line y = 2 x + 1 from 23 points. It can overflow in a step, and die in one. */
final class LineTask implements TrainingTask<LineTask.Points, Linear>, Stateful {
  static final int POINTS = 23;

  private final Course course;
  private final Device device;
  private final Linear net;
  private final Optimizer optimizer;
  private long overflowsInStep;
  private long diesAfterStep;
  private double loss;
  private long points;

  /** @param ys {@code [N, 1]} */
  record Points(HostTensor xs, HostTensor ys) {}

  LineTask(Course course, Device device) {
    this.course = course;
    this.device = device;
    net = line(course.seed());
    optimizer = course.recipe().optimizerOf(net.parameters());
  }

  private Linear line(long seed) {
    var line = new Linear(1, 1, Rng.seed(seed));
    line.to(device);
    return line;
  }

  LineTask overflowingIn(long step) {
    overflowsInStep = step;
    return this;
  }

  LineTask dyingAfter(long step) {
    diesAfterStep = step;
    return this;
  }

  @Override
  public List<String> columns() {
    return TrainingLoop.columns("train/loss", "train/points");
  }

  @Override
  public Linear net() {
    return net;
  }

  @Override
  public Linear another() {
    return line(0);
  }

  @Override
  public Optimizer optimizer() {
    return optimizer;
  }

  @Override
  public BatchLoader<Points> openLoader() {
    return new BatchLoader<>(new Batches<>() {
      @Override
      public String name() {
        return "a line";
      }

      @Override
      public int size() {
        return POINTS;
      }

      @Override
      public Points batch(int[] members, IntFunction<Rng> rngs, BooleanSupplier stop) {
        var xs = new float[members.length];
        var ys = new float[members.length];
        for (int i = 0; i < xs.length; i++) {
          xs[i] = members[i] / (float) POINTS;
          ys[i] = 2 * xs[i] + 1;
        }
        return new Points(HostTensor.of(xs, xs.length, 1), HostTensor.of(ys, ys.length, 1));
      }
    }, course.batch(), Rng.seed(course.seed()).split("loader"));
  }

  @Override
  public Points blankBatch() {
    int n = course.batch();
    return new Points(HostTensor.of(new float[n], n, 1), HostTensor.of(new float[n], n, 1));
  }

  @Override
  public List<Module> modules() {
    return List.of(net);
  }

  @Override
  public List<Stateful> parts() {
    return List.of(this);
  }

  @Override
  public StepLoss forward(Scope scope, Points batch, Context context) {
    var x = scope.upload(batch.xs);
    var y = net.forward(optimizer.steps() + 1 == overflowsInStep ? Elementwise.scale(x, 1e25) : x, context);
    var errors = Elementwise.square(Arithmetic.subtract(y, scope.upload(batch.ys)));
    return new StepLoss(Reductions.mean(errors), List.of(errors), (mean, terms) -> {
      loss += mean * terms.getFirst().length;
      points += terms.getFirst().length;
    });
  }

  @Override
  public String standing() {
    if (optimizer.steps() == diesAfterStep) {
      throw new IllegalStateException("died");
    }
    return "on its way";
  }

  @Override
  public EpochReport endOfEpoch(Linear averaged, RunFolder run, long epoch) {
    Map<String, Number> row = Map.of("train/loss", loss / points, "train/points", points);
    loss = 0;
    points = 0;
    var state = new StateMap();
    averaged.writeState(state);
    run.write("line.json", Map.of("epoch", epoch, "weight", state.tensors().get("weight").floats(), "bias", state.tensors().get("bias").floats()));
    return new EpochReport("loss done", row);
  }

  @Override
  public String stateName() {
    return "progress";
  }

  @Override
  public void writeState(StateMap out) {
    out.putDouble("loss", loss);
    out.putLong("points", points);
  }

  @Override
  public void readState(StateMap in) {
    loss = in.doubleValue("loss");
    points = in.longValue("points");
  }
}
