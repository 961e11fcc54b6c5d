package dev.mien.training.face;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * How AdaFace's q was spread in an epoch of training, as {@code quality.json} of the run has it.
 *
 * @param epoch the epoch, from 1: the last that was trained to its end
 * @param from where the first of the equal bins begins, and {@code to} where the last ends
 * @param counts faces in each bin
 */
record QualityHistogram(long epoch, double from, double to, long[] counts) {
  /** Its name in the run folder; each epoch writes over the last one's. */
  static final String FILE = "quality.json";

  private static final int MAX_BYTES = 1 << 16;

  static QualityHistogram of(long epoch, long[] counts) {
    return new QualityHistogram(epoch, -1, 1, counts);
  }

  /**
   * What a run keeps of it; empty where its head has no q.
   *
   * @throws FormatException when the file is no histogram
   */
  static Optional<QualityHistogram> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var read = new ObjectMapper().readValue(new String(DurableFiles.read(file, MAX_BYTES), StandardCharsets.UTF_8), QualityHistogram.class);
      if (read != null && read.counts != null && read.counts.length > 0 && read.from < read.to && Arrays.stream(read.counts).allMatch(n -> n >= 0)) {
        return Optional.of(read);
      }
    } catch (JsonProcessingException e) {
      throw new FormatException(file + " is no histogram of qualities: " + e.getOriginalMessage(), e);
    }
    throw new FormatException(file + " is no histogram of qualities: expected counts in bins between \"from\" and \"to\"");
  }
}
