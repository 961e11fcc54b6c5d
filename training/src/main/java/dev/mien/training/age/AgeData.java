package dev.mien.training.age;

import dev.mien.training.command.Console;
import dev.mien.training.command.OpeningProgress;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.DataSpec;
import dev.mien.training.data.OpenOptions;

/** Faces with ages as the trainings open them. */
public final class AgeData {
  private static final long CACHE_BYTES = 2L << 30;

  private AgeData() {}

  /**
   * Opens a data set, with progress, and says what was found.
   *
   * @param data as {@link DataSpec} reads it
   * @param inputPx side of the network's input, for which faces are drawn
   * @param maxBroken unreadable pictures that are tolerated; -1 for max(10, 1 %)
   */
  public static AgeSource open(String data, int inputPx, int maxBroken, Console console) {
    var spec = DataSpec.parse(data);
    AgeSource source;
    try (var progress = new OpeningProgress(console)) {
      source = spec.open(OpenOptions.defaults().maxBroken(maxBroken).lastClass(AgeSettings.LAST_CLASS).shrinkToPx(drawnSidePx(spec, inputPx))
          .cacheBytes(CACHE_BYTES).progress(progress::update));
    }
    console.note(source.describe());
    source.findings().lines(2).forEach(console::note);
    return source;
  }

  /**
   * The side at which synthetic faces are drawn for an input of so many pixels, with room for a crop; 0 for photographs, which are kept
   * as they are.
   */
  static int drawnSidePx(DataSpec spec, int inputPx) {
    return spec.kind() == DataSpec.Kind.SYNTHETIC ? Math.ceilDiv(inputPx * 5, 4 * 16) * 16 : 0;
  }
}
