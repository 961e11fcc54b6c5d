package dev.mien.training.loop;

import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.ExponentialAverage;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.optim.Schedule;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.GradientAccumulator;
import dev.mien.engine.tensor.NonFiniteException;
import java.util.List;

/** Makes the steps of a training: learning rate, gradients over one batch or several, optimiser, average, and what goes wrong in them. */
final class Stepper<B, N extends Module> {
  private final TrainingTask<B, N> task;
  private final Device device;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final Rng rng;
  private final PendingLosses pending;
  private final Average<N> average;

  Stepper(TrainingTask<B, N> task, Course course, Device device, int stepsPerEpoch) {
    this.task = task;
    this.device = device;
    optimizer = task.optimizer();
    schedule = course.recipe().rates(course.epochs(), stepsPerEpoch);
    rng = Rng.seed(course.seed()).split("step");
    pending = new PendingLosses(device);
    average = Average.of(task, course.recipe());
    optimizer.deferChecks(pending.deferred());
  }

  /** The weights that are validated and kept beside those that learn. */
  record Average<N extends Module>(ExponentialAverage weights, N net) {
    /** The average of a task's network; null when the recipe has none. */
    static <N extends Module> Average<N> of(TrainingTask<?, N> task, Recipe recipe) {
      return recipe.averageDecay() > 0 ? new Average<>(new ExponentialAverage(task.net(), recipe.averageDecay()), task.another()) : null;
    }
  }

  PendingLosses pending() {
    return pending;
  }

  /** What a checkpoint keeps of the average; null when there is none. */
  ExponentialAverage averageWeights() {
    return average == null ? null : average.weights;
  }

  /** The network with the weights that count. */
  N validated() {
    if (average == null) {
      return task.net();
    }
    average.weights.copyTo(average.net);
    return average.net;
  }

  /** @throws NonFiniteException naming step and operation, when the numbers overflow; a device that queues its work may tell it later */
  void step(List<B> batches, long epoch) {
    optimizer.setLearningRate(schedule.learningRate(optimizer.steps()));
    var key = rng.at(optimizer.steps());
    try (var accumulator = new GradientAccumulator(device)) {
      for (int i = 0; i < batches.size(); i++) {
        batch(batches, i, key, accumulator);
      }
      if (batches.size() > 1) {
        var gradients = accumulator.gradients();
        optimizer.step(gradients, Context.train(key));
        task.stepped(gradients);
      }
      if (average != null) {
        average.weights.update();
      }
    } catch (NonFiniteException e) {
      throw diagnose(e, batches, epoch);
    }
  }

  private void batch(List<B> batches, int i, Rng key, GradientAccumulator accumulator) {
    long number = optimizer.steps() + 1;
    try (var scope = device.scope()) {
      var context = Context.train(task.key(key, i));
      var result = task.forward(scope, batches.get(i), context);
      pending.add(scope, number, result); // before backward, which takes what it has used
      var gradients = result.loss().backward();
      if (!pending.deferred() && !Double.isFinite(result.loss().item())) {
        throw new NonFiniteException("the loss of step " + number + " is " + result.loss().item());
      }
      if (batches.size() > 1) {
        gradients.addTo(accumulator, 1.0 / batches.size());
        context.commitUpdates();
      } else {
        optimizer.step(gradients, context);
        task.stepped(gradients);
      }
    }
  }

  /** Repeats the coming step, which changed nothing, with every operation checked, so that the message names the culprit. */
  NonFiniteException diagnose(NonFiniteException found, List<B> batches, long epoch) {
    String where = found.getMessage();
    var key = rng.at(optimizer.steps());
    for (int i = 0; i < batches.size(); i++) {
      try (var scope = device.scope()) {
        task.forward(scope, batches.get(i), Context.trainDetectingAnomalies(task.key(key, i))).loss().backward();
      } catch (NonFiniteException culprit) {
        where = culprit.getMessage();
        break;
      }
    }
    return new NonFiniteException("training stopped at step " + (optimizer.steps() + 1) + " (epoch " + (epoch + 1) + "): " + where
        + ". The last good checkpoint is kept; begin again with a smaller --learning-rate");
  }
}
