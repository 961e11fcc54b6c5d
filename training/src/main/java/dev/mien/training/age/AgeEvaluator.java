package dev.mien.training.age;

import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Softmax;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.models.age.AgeDistribution;
import dev.mien.models.loss.AgeLoss;
import dev.mien.models.loss.TermLoss;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.DataLoader;
import dev.mien.training.data.LoaderOptions;
import dev.mien.training.metrics.AgePrediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Predicts and scores every sample of a set, in the set's order. */
final class AgeEvaluator {
  private static final int BATCH = 64;

  private AgeEvaluator() {}

  /** Predictions, and the mean of the loss over the samples. */
  record Evaluation(List<AgePrediction> predictions, double loss) {}

  /** @param seen told how many pictures were done, after each batch */
  static List<AgePrediction> predict(Device device, Module net, AgeDataset set, IntConsumer seen) {
    return evaluate(device, net, set, TermLoss.crossEntropy(), seen).predictions;
  }

  /** The same with the loss that was trained. */
  static Evaluation evaluate(Device device, Module net, AgeDataset set, AgeLoss loss, IntConsumer seen) {
    double sum = 0;
    var predictions = new ArrayList<AgePrediction>(set.size());
    var samples = set.source().samples();
    try (var loader = new DataLoader(set, Math.min(BATCH, set.size()), Rng.seed(0), LoaderOptions.evaluation())) {
      for (var batch : loader) {
        try (var scope = device.scope()) {
          var logits = net.forward(scope.upload(batch.images()), Context.eval());
          sum += loss.forward(logits, scope.upload(batch.labels())).item() * batch.size();
          var p = Softmax.softmax(logits);
          int classes = p.shape().dim(1);
          var values = p.download().floats();
          for (int i = 0; i < batch.size(); i++) {
            var distribution = new AgeDistribution(Arrays.copyOfRange(values, i * classes, (i + 1) * classes));
            var s = samples.get(batch.indices()[i]);
            predictions.add(new AgePrediction(s.id(), s.ageYears(), s.ageStdYears(), s.gender(), distribution.ageYears(),
                distribution.distribution()));
          }
        }
        seen.accept(batch.size());
      }
    }
    return new Evaluation(predictions, sum / set.size());
  }
}
