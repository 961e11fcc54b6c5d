package dev.mien.training.synthetic;

import dev.mien.engine.random.Rng;

/** Turns linear light into display bytes, with the picture's nuisances in the order in which a camera makes them. */
final class Darkroom {
  private final int size;
  private final Nuisance nuisance;

  Darkroom(int size, Nuisance nuisance) {
    this.size = size;
    this.nuisance = nuisance;
  }

  /** RGB bytes, row by row. */
  byte[] develop(float[] linear) {
    var picture = tone(linear);
    if (nuisance.blur() > 0) {
      picture = blur(picture, nuisance.blur() * size);
    }
    if (nuisance.detail() < 1) {
      picture = enlarge(picture, Math.max(8, (int) (size * nuisance.detail())));
    }
    if (nuisance.blocks() > 0) {
      Blocks.compress(picture, size, nuisance.blocks());
    }
    var grain = Rng.seed(nuisance.grain());
    var bytes = new byte[picture.length];
    for (int at = 0; at < picture.length; at++) {
      double noise = nuisance.noise() * (grain.uniform(2L * at) + grain.uniform(2L * at + 1) - 1) * 2.45;
      bytes[at] = (byte) (int) Math.clamp(255 * (picture[at] + noise) + 0.5, 0, 255);
    }
    return bytes;
  }

  private float[] tone(float[] linear) {
    var display = new float[linear.length];
    for (int at = 0; at < linear.length; at += 3) {
      double red = curve(linear[at]);
      double green = curve(linear[at + 1]);
      double blue = curve(linear[at + 2]);
      double grey = 0.3 * red + 0.59 * green + 0.11 * blue;
      double s = nuisance.saturation();
      display[at] = (float) (grey + (red - grey) * s);
      display[at + 1] = (float) (grey + (green - grey) * s);
      display[at + 2] = (float) (grey + (blue - grey) * s);
    }
    return display;
  }

  /** Square-root display curve with a soft shoulder for highlights. */
  private double curve(double light) {
    double value = Math.sqrt(Math.max(0, light * nuisance.exposure()));
    value = 0.46 + (value - 0.46) * nuisance.contrast();
    if (value > 0.82) {
      double over = value - 0.82;
      value = 0.82 + over / (1 + over / 0.18);
    }
    return Math.max(0, value);
  }

  /** Two passes of the three-tap filter [w, 1 - 2w, w] for each whole or part pixel of radius. */
  private float[] blur(float[] picture, double radius) {
    var current = picture;
    for (double rest = radius * 2; rest > 0; rest -= 1) {
      double w = 0.25 * Math.min(1, rest);
      current = across(across(current, w, 3, 3 * size), w, 3 * size, 3);
    }
    return current;
  }

  private float[] across(float[] from, double w, int stride, int lineStride) {
    var to = new float[from.length];
    for (int line = 0; line < size; line++) {
      for (int k = 0; k < size; k++) {
        for (int c = 0; c < 3; c++) {
          int at = line * lineStride + k * stride + c;
          int before = k > 0 ? at - stride : at;
          int after = k < size - 1 ? at + stride : at;
          to[at] = (float) (from[at] * (1 - 2 * w) + w * (from[before] + from[after]));
        }
      }
    }
    return to;
  }

  /** Shrinks to {@code small} pixels a side by averaging and enlarges again bilinearly. */
  private float[] enlarge(float[] picture, int small) {
    var shrunk = resample(picture, size, small);
    return resample(shrunk, small, size);
  }

  private static float[] resample(float[] from, int side, int wanted) {
    var to = new float[3 * wanted * wanted];
    double scale = (double) side / wanted;
    for (int j = 0; j < wanted; j++) {
      double fy = Math.clamp((j + 0.5) * scale - 0.5, 0, side - 1.001);
      int y = (int) fy;
      double ty = fy - y;
      for (int i = 0; i < wanted; i++) {
        double fx = Math.clamp((i + 0.5) * scale - 0.5, 0, side - 1.001);
        int x = (int) fx;
        double tx = fx - x;
        for (int c = 0; c < 3; c++) {
          int at = 3 * (y * side + x) + c;
          double top = from[at] + (from[at + 3] - from[at]) * tx;
          double bottom = from[at + 3 * side] + (from[at + 3 * side + 3] - from[at + 3 * side]) * tx;
          to[3 * (j * wanted + i) + c] = (float) (top + (bottom - top) * ty);
        }
      }
    }
    return to;
  }
}
