package dev.mien.training.report;

import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.metrics.AgePrediction;
import dev.mien.training.report.AgeReportData.Epoch;
import dev.mien.training.report.AgeReportData.Floor;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Figures as a run might have them, for looking at the report and for its test; {@code main} writes them out as a page. */
final class SampleReport {
  private SampleReport() {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), AgeReport.html(data(2400, 20), SampleReport::face));
  }

  static AgeReportData data(int count, int epochs) {
    var predictions = predictions(count);
    var curve = new ArrayList<Epoch>();
    var random = new SplittableRandom(5);
    for (int e = 1; e <= epochs; e++) {
      double t = Math.exp(-e / 5.0);
      curve.add(new Epoch(e, 2.9 + 3.2 * t + 0.02 * random.nextGaussian(), 3.3 + 2.7 * t + 0.06 * random.nextGaussian(),
          4.9 + 9 * Math.exp(-e / 3.5) + 0.2 * random.nextGaussian(), 0.02 * (1 + Math.cos(Math.PI * (e - 1) / epochs)) / 2,
          4 + 46 * Math.exp(-e / 4.0)));
    }
    var configuration = new LinkedHashMap<String, String>();
    configuration.put("preset", "small");
    configuration.put("model", "resnet18-small");
    configuration.put("loss", "amr (k = max(2, rank), lambda1 0.2, lambda2 0.05)");
    configuration.put("data", "utkface:faces.zip, 23,705 pictures");
    configuration.put("data hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    configuration.put("size", "64");
    configuration.put("batch", "64");
    configuration.put("epochs", Integer.toString(epochs));
    configuration.put("seed", "2026");
    configuration.put("device", "cpu, 512-bit vectors, 2 threads");
    configuration.put("code", "0.1.0 (3eaddfa)");
    configuration.put("JDK", "25.0.3+9-LTS");
    var run = new ReportRun("runs/age-20261122-0512-2026", "small ResNet · UTKFace · AMR, K = max(2, rank)",
        "./mien train age --data 'utkface:My Faces/faces.zip' --preset small --seed 2026", new ReportRun.Time(2210, 612.4), configuration);
    var remarks = new Remarks(
        List.of("2 of 23,708 names are malformed and were left out: 61_1_20170109142408075.jpg, 61_1_20170109150557335.jpg",
            "1 picture is broken and was skipped: 24_0_1_<script>.jpg (not a JPEG)",
            "17 ages above 100 train as 100 and are scored as they are"),
        List.of("The paper's preset (ResNet-50, 224 px, 100 epochs) was not run."));
    return new AgeReportData(run, curve, AgeMetrics.of(predictions, 33),
        List.of(new Floor("ridge regression on pixels", 12.5, false), new Floor("irreducible", 1.9, true)), predictions, remarks);
  }

  private static List<AgePrediction> predictions(int count) {
    var random = new SplittableRandom(11);
    var list = new ArrayList<AgePrediction>();
    for (int i = 0; i < count; i++) {
      double age = Math.rint(random.nextInt(10) < 2 ? random.nextDouble() * 8
          : Math.clamp(31 + 20 * random.nextGaussian(), 1, 98));
      double spread = 1.2 + age / 11;
      double center = Math.clamp(age + (36 - age) * 0.13 + spread * 0.95 * random.nextGaussian(), 0.5, 99);
      if (random.nextInt(160) == 0) {
        center = Math.clamp(center + 30 * random.nextGaussian(), 1, 95);
      }
      list.add(prediction(String.format("%.0f_%d_0_2017011617%05d.jpg", age, i % 2, i), age, center, spread * 0.9));
    }
    return list;
  }

  static AgePrediction prediction(String id, double age, double center, double spread) {
    float[] d = new float[101];
    double sum = 0;
    for (int a = 0; a < d.length; a++) {
      d[a] = (float) (Math.exp(-(a - center) * (a - center) / (2 * spread * spread))
          + 0.03 * Math.exp(-(a - center - 9) * (a - center - 9) / 30));
      sum += d[a];
    }
    double expected = 0;
    for (int a = 0; a < d.length; a++) {
      d[a] /= (float) sum;
      expected += a * d[a];
    }
    int gender = id.contains("_0_0_") ? 0 : id.contains("_1_0_") ? 1 : -1;
    return new AgePrediction(id, age, Double.NaN, gender, expected, d);
  }

  /** A face of few strokes, in place of a photograph. */
  static byte[] face(AgePrediction p) {
    var image = new BufferedImage(96, 96, BufferedImage.TYPE_INT_RGB);
    var g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    int grey = (int) Math.clamp(40 + 2 * p.ageYears(), 40, 225);
    g.setPaint(new GradientPaint(0, 0, new Color(120, 140, 160), 0, 96, new Color(60, 70, 90)));
    g.fillRect(0, 0, 96, 96);
    g.setColor(new Color(grey, grey, Math.max(30, grey - 10)));
    g.fillOval(18, 6, 60, 60);
    g.setColor(new Color(224, 180, 150));
    g.fillOval(23, 18, 50, 66);
    g.setColor(Color.DARK_GRAY);
    g.fillOval(36, 44, 6, 6);
    g.fillOval(55, 44, 6, 6);
    g.drawArc(38, 58, 20, 12, 200, 140);
    g.dispose();
    try {
      var out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
