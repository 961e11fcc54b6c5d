package dev.mien.training.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a chart: where values lie, and round numbers to write beside it.
 *
 * @param min value at the start
 * @param max value at the end, greater than min
 * @param ticks values with a label, within min and max
 * @param log whether equal ratios are equal lengths
 */
record Axis(double min, double max, List<Double> ticks, boolean log) {
  private static final int WANTED_TICKS = 6;

  /** An axis that covers the values with round ends; values that are not finite are left out. */
  static Axis covering(double min, double max) {
    return covering(min, max, WANTED_TICKS);
  }

  static Axis covering(double from, double to, int wantedTicks) {
    double min = Double.isFinite(from) ? from : 0;
    double max = Double.isFinite(to) && to > min ? to : min + Math.max(1, Math.abs(min));
    double step = roundStep((max - min) / wantedTicks);
    long first = (long) Math.floor(min / step + 1e-9);
    long last = (long) Math.ceil(max / step - 1e-9);
    var ticks = new ArrayList<Double>();
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return new Axis(first * step, last * step, ticks, false);
  }

  /** An axis that ends exactly at these values, with round ticks between. */
  static Axis exactly(double min, double max, int wantedTicks) {
    double end = max > min ? max : min + 1;
    double step = roundStep((end - min) / wantedTicks);
    var ticks = new ArrayList<Double>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= end + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return new Axis(min, end, ticks, false);
  }

  /** A logarithmic axis over whole powers of ten; both values positive. */
  static Axis powersOfTen(double from, double to) {
    int first = (int) Math.floor(Math.log10(from) + 1e-9);
    int last = Math.max(first + 1, (int) Math.ceil(Math.log10(to) - 1e-9));
    var ticks = new ArrayList<Double>();
    for (int i = first; i <= last; i++) {
      ticks.add(Math.pow(10, i));
    }
    return new Axis(Math.pow(10, first), Math.pow(10, last), ticks, true);
  }

  /** A logarithmic axis that ends exactly at these values, both positive, with ticks at 1, 2 and 5 times the powers of ten, or at these alone. */
  static Axis logarithmic(double from, double to) {
    double end = to > from ? to : from * 10;
    boolean few = end / from < 300;
    var ticks = new ArrayList<Double>();
    for (int i = (int) Math.floor(Math.log10(from)); i <= Math.ceil(Math.log10(end)); i++) {
      for (double digit : few ? new double[] {1, 2, 5} : new double[] {1}) {
        double tick = digit * Math.pow(10, i);
        if (tick >= from * (1 - 1e-9) && tick <= end * (1 + 1e-9)) {
          ticks.add(tick);
        }
      }
    }
    return new Axis(from, end, ticks, true);
  }

  private static double roundStep(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double digit = step / power;
    return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
  }

  /** Where a value lies: 0 at the start, 1 at the end. */
  double at(double value) {
    double share = log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
    return Math.clamp(share, -0.02, 1.02);
  }

  /** A value as short as the ticks allow. */
  String label(double value) {
    if (log && value >= 1 && value < 1e6) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    if (log) {
      return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-").replace("e+0", "e");
    }
    double step = ticks.size() > 1 ? ticks.get(1) - ticks.get(0) : 1;
    int digits = (int) Math.clamp(Math.ceil(-Math.log10(step) - 1e-9), 0, 6);
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.equals("-0") ? "0" : text;
  }
}
