package dev.mien.engine.system;

import java.util.List;
import java.util.stream.Stream;

/** The table of operation samples: one row for each public operation. Every system suite runs over it. */
final class OpSamples {
  static final List<OpRow> ROWS = Stream.of(ElementwiseSamples.rows(), MovementSamples.rows(), ImageSamples.rows(),
      MatrixSamples.rows(),
      LossSamples.rows()).flatMap(List::stream).toList();

  private OpSamples() {}
}
