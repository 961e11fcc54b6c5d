package dev.mien.training.agegender;

import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.Joining;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.agegender.AgeGenderLabels;
import dev.mien.models.agegender.AgeGenderNet;
import dev.mien.training.data.UtkFace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A linear head for the race on the features of each member, an auxiliary task (Caruana 1997): its labels shape the features from which gender
 * and age are read. Only the training has these heads; the model keeps none and tells no race.
 */
final class RaceHeads extends Module {
  private final List<Linear> heads = new ArrayList<>();

  RaceHeads(List<AgeGenderNet> members, Rng rng) {
    for (int i = 0; i < members.size(); i++) {
      heads.add(child("race" + i, new Linear(members.get(i).backbone().features(), UtkFace.RACES.size(), rng.at(i))));
    }
  }

  /**
   * Mean cross-entropy over the faces whose race is known, summed over the members, so that each learns from its own alone.
   *
   * @param races places in {@link UtkFace#RACES}, one a face, -1 unknown
   * @return scalar, recorded; null where no race is known
   */
  Tensor loss(List<AgeGenderNet.Read> members, int[] races, Context context) {
    int[] known = AgeGenderLabels.known(races);
    if (known.length == 0) {
      return null;
    }
    int[] labels = Arrays.stream(known).map(i -> races[i]).toArray();
    return IntStream.range(0, members.size()).mapToObj(m -> {
      var features = members.get(m).features();
      var logits = heads.get(m).forward(known.length == races.length ? features : Joining.rows(features, known), context);
      return DistributionLosses.crossEntropy(logits, logits.constant(HostTensor.of(labels, labels.length)));
    }).reduce(Arithmetic::add).orElseThrow();
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    throw new IllegalStateException("the heads need all members and labels: call loss(members, races, context)");
  }

  @Override
  public RaceHeads to(Device device) {
    super.to(device);
    return this;
  }

  @Override
  public String stateName() {
    return "race";
  }
}
