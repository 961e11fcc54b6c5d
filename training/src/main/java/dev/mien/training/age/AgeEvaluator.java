package dev.mien.training.age;

import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Softmax;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.models.age.AgeDistribution;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.DataLoader;
import dev.mien.training.data.LoaderOptions;
import dev.mien.training.metrics.AgePrediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Predicts every sample of a set, in the set's order. */
final class AgeEvaluator {
  private static final int BATCH = 64;

  private AgeEvaluator() {}

  /** @param seen told how many pictures were done, after each batch */
  static List<AgePrediction> predict(Device device, Module net, AgeDataset set, IntConsumer seen) {
    var predictions = new ArrayList<AgePrediction>(set.size());
    var samples = set.source().samples();
    try (var loader = new DataLoader(set, Math.min(BATCH, set.size()), Rng.seed(0), LoaderOptions.evaluation())) {
      for (var batch : loader) {
        try (var scope = device.scope()) {
          var p = Softmax.softmax(net.forward(scope.upload(batch.images()), Context.eval()));
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
    return predictions;
  }
}
