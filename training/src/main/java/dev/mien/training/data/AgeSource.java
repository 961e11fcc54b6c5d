package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * A data set of faces with ages: labels in memory, pixels on demand. Every image was decoded once when the source was opened, so
 * the samples are exactly the readable ones. Safe for several reading threads.
 */
public interface AgeSource extends TrainingData {
  /** The kind of data set: "utkface", "fgnet" ... */
  String name();

  /** All samples, sorted by id. */
  List<AgeSample> samples();

  /**
   * Decodes (or takes from the cache) the picture of a sample; the same pixels at every call.
   *
   * @throws FormatException when the image is broken or changed its size since the source was opened
   */
  RgbImage read(int index);

  /** The data set's own label range is 0..lastAge, in years. */
  int lastAge();

  /** What was skipped or noticed, counted and named. */
  DataFindings findings();

  /** The mean absolute error in years that no model can beat, where the data set knows it (synthetic data). */
  default OptionalDouble irreducibleMae() {
    return OptionalDouble.empty();
  }

  /** Whether epochs are to be chosen on a validation split; a protocol that leaves one person out has none. */
  default boolean validates() {
    return true;
  }

  /** Positions in {@link #samples()} of one split, ascending. */
  default int[] indices(Split split) {
    var samples = samples();
    return IntStream.range(0, samples.size()).filter(i -> samples.get(i).split() == split).toArray();
  }

  /**
   * The same of a split that cannot be done without.
   *
   * @throws MienException when it is empty
   */
  default int[] required(Split split) {
    int[] indices = indices(split);
    if (indices.length == 0) {
      throw new MienException("[data] the " + split.name().toLowerCase(Locale.ROOT) + " split is empty: " + describe());
    }
    return indices;
  }

  /**
   * Median true age of the training split in years: what a model without eyes answers, the floor of every report.
   *
   * @throws MienException when the training split is empty
   */
  default double trainingMedianYears() {
    var ages = samples().stream().filter(s -> s.split() == Split.TRAIN).mapToDouble(AgeSample::ageYears).sorted().toArray();
    if (ages.length == 0) {
      throw new MienException("[data] " + name() + " has no training sample, so it has no median age");
    }
    int middle = ages.length / 2;
    return ages.length % 2 == 1 ? ages[middle] : (ages[middle - 1] + ages[middle]) / 2;
  }
}
