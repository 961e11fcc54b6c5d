package dev.mien.training.age;

import dev.mien.engine.tensor.MienException;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.DataSpec;
import dev.mien.training.data.Split;
import dev.mien.training.run.RunFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The samples that a model is measured on.
 *
 * @param name of a split in lower case, or {@code all}
 * @param samples their positions in the source, ascending
 */
public record MeasuredSplit(String name, int[] samples) {
  private static final String ALL = "all";

  /**
   * What was asked for; where nothing was, faces that no model has learned from: the test split of data that one of them was trained on, and
   * all of other data. Data are known again by the hash in a run folder or by the description in a model file. Drawn faces are the same people
   * in every number and size, so a model that learned from any of them is measured on the test split of all of them.
   *
   * @param asked name of a split or {@code all}; null where nothing was asked for
   * @param runsOrFiles where the models lie
   * @param trainedOn what they learned from, as their model files tell
   * @throws MienException when there is no such split, or no sample in it
   */
  public static MeasuredSplit of(String asked, List<Path> runsOrFiles, String trainedOn, AgeSource source) {
    String name = asked != null ? asked.strip().toLowerCase(Locale.ROOT) : learnedFrom(runsOrFiles, trainedOn, source) ? name(Split.TEST) : ALL;
    int[] samples = samples(name, source);
    if (samples.length == 0) {
      throw new MienException("[data] nothing to measure, split " + name + " is empty: " + source.describe());
    }
    return new MeasuredSplit(name, samples);
  }

  private static int[] samples(String name, AgeSource source) {
    if (name.equals(ALL)) {
      return IntStream.range(0, source.samples().size()).toArray();
    }
    return Arrays.stream(Split.values()).filter(s -> name(s).equals(name)).findFirst().map(source::indices).orElseThrow(() -> new MienException(
        "no split named '" + name + "'; there are " + Arrays.stream(Split.values()).map(MeasuredSplit::name).collect(Collectors.joining(", ")) + ", " + ALL));
  }

  private static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  private static boolean learnedFrom(List<Path> runsOrFiles, String trainedOn, AgeSource source) {
    String drawn = DataSpec.Kind.SYNTHETIC.key();
    return source.name().equals(drawn) && trainedOn.contains(drawn) || trainedOn.contains(source.describe())
        || runsOrFiles.stream().anyMatch(run -> RunFolder.isRun(run)
            && RunFolder.read(run).dataHash().equals(source.contentHash()));
  }
}
