package dev.mien.bench.mien;

import dev.mien.bench.work.Task;
import dev.mien.engine.nn.Init;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.models.head.FaceHeads;
import dev.mien.models.head.PartialFc;
import java.util.Map;

/** A step of Partial FC on features that are there; the device is the run's own. */
final class SampledClassesRun implements OurRun {
  private static final double RATE = 0.1;

  private final Device device;
  private final PartialFc table;
  private final HostTensor features;
  private final int[] labels = new int[Task.SampledClasses.BATCH];
  private long steps;
  private double loss;

  SampledClassesRun(Device device, Task.SampledClasses task) {
    this.device = device;
    var rng = Rng.seed(1);
    var head = FaceHeads.named("arcface", 0, Task.SampledClasses.FEATURES, new FaceHeads.Choice(64, Double.NaN, false), rng.split("head"));
    head.to(device);
    table = new PartialFc(device, head, task.classes(), Task.SampledClasses.FEATURES, task.sample(), 0.9, 5e-4, rng.split("table"));
    features = Init.normal(rng.split("features"), 1, labels.length, Task.SampledClasses.FEATURES);
    features.floats();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) (i * 7919L % task.classes());
    }
  }

  @Override
  public void run() {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(steps));
      var result = table.evaluate(scope, scope.upload(features), labels, steps++, context);
      var gradients = result.loss().backward();
      loss = result.loss().item();
      table.step(gradients, RATE);
      device.backend().finish();
    }
  }

  @Override
  public Map<String, double[]> results() {
    return Map.of("loss", new double[] {loss});
  }

  @Override
  public void close() {
    table.close();
    device.close();
  }
}
