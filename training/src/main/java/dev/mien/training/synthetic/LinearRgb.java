package dev.mien.training.synthetic;

/**
 * A colour in linear light, components 0..1. The display curve is a square root: close to sRGB's, and exact on every machine.
 */
public record LinearRgb(double red, double green, double blue) {
  /** The linear colour of display components 0..1. */
  static LinearRgb display(double red, double green, double blue) {
    return new LinearRgb(red * red, green * green, blue * blue);
  }

  LinearRgb mix(LinearRgb other, double share) {
    return new LinearRgb(Curves.mix(red, other.red, share), Curves.mix(green, other.green, share),
        Curves.mix(blue, other.blue, share));
  }

  LinearRgb times(double factor) {
    return new LinearRgb(red * factor, green * factor, blue * factor);
  }

  LinearRgb times(double redFactor, double greenFactor, double blueFactor) {
    return new LinearRgb(red * redFactor, green * greenFactor, blue * blueFactor);
  }

  /** Towards its own grey (share 1: colourless). */
  LinearRgb greyed(double share) {
    double grey = 0.3 * red + 0.59 * green + 0.11 * blue;
    return mix(new LinearRgb(grey, grey, grey), share);
  }

  /** The colour at a position of a row of colours, 0 the first, 1 the last. */
  static LinearRgb along(double position, LinearRgb... row) {
    double scaled = Math.clamp(position, 0, 1) * (row.length - 1);
    int i = Math.min((int) scaled, row.length - 2);
    return row[i].mix(row[i + 1], scaled - i);
  }
}
