package dev.mien.training.report;

import dev.mien.training.report.FaceReportData.Epoch;
import dev.mien.training.report.FaceReportData.Face;
import dev.mien.training.report.FaceReportData.Pair;
import dev.mien.training.report.FaceReportData.Part;
import dev.mien.training.report.FaceReportData.Pictures;
import dev.mien.training.report.FaceReportData.Quality;
import dev.mien.training.report.FaceReportData.Spread;
import dev.mien.training.report.FaceReportData.Training;
import dev.mien.training.report.FaceReportData.Wrong;
import dev.mien.training.verification.PairScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/** Figures as a face run might have them, for looking at the report and for its test; {@code main} writes them out as a page. */
final class SampleFaceReport {
  static final String NASTY = "people/O'Hara & <Sons>/\"quoted\"_0001.jpg";

  private SampleFaceReport() {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), FaceReport.html(data(26, "lfw", "cfp_fp", "agedb_30", "calfw", "cplfw", "a set with a long name <7>",
        "another"), SampleFaceReport::picture));
  }

  static FaceReportData data(int epochs, String... sets) {
    var parts = new ArrayList<Part>();
    var pictures = new ArrayList<Pictures>();
    for (int i = 0; i < sets.length; i++) {
      parts.add(Part.of(sets[i], i, scores(600 + 400 * i, 0.5 + 0.35 * i, i)));
      pictures.add(pictures(sets[i], 500, i));
    }
    double[] q = DoubleStream.iterate(-1, v -> v <= 1, v -> v + 0.01).toArray();
    var wrong = new Wrong(List.of(pair(sets[0], NASTY, -0.31), pair(sets[0], "Ann_Lee/Ann_Lee_0003.jpg", 0.02)),
        List.of(pair(sets[0], "17", 0.81)));
    var all = parts.size() == 1 ? parts.getFirst() : Part.of("all sets", 3, scores(3000, 0.9, 99));
    return new FaceReportData(run(), epochs == 0 ? null : training(epochs), new FaceReportData.Test(all, parts, pictures, q, wrong),
        new Remarks(List.of("2 pictures cannot be read: a_<script>.jpg, b.jpg"), List.of("The paper's recipe was not run.")));
  }

  static ReportRun run() {
    var configuration = new LinkedHashMap<String, String>();
    configuration.put("preset", "small");
    configuration.put("data", "lfw:My Faces & <others>");
    return new ReportRun("runs/face-20261126-101500-2026", "ir-small · lfw · head adaface",
        "./mien train face --data 'lfw:My Faces & <others>' --preset small", new ReportRun.Time(2210, 141.5), configuration);
  }

  static Training training(int epochs) {
    var curve = new ArrayList<Epoch>();
    for (int e = 1; e <= epochs; e++) {
      curve.add(new Epoch(e, 4 + 18 * Math.exp(-e / 8.0), 0.9 - 0.35 * Math.exp(-e / 6.0) - (e == epochs ? 0.004 : 0),
          new Spread(-0.02, 0.3 + 0.05 * Math.exp(-e / 4.0)), 0.1 * (1 + Math.cos(Math.PI * e / epochs)) / 2 + 1e-3));
    }
    long[] counts = new long[20];
    Arrays.setAll(counts, i -> Math.round(900 * Math.exp(-(i - 8) * (i - 8) / 14.0)));
    return new Training(curve, true, new Quality(epochs, new Histogram(-1, 1, counts)));
  }

  /** Squared distances of pairs, the more mixed the larger {@code spread}; in ten folds. */
  static PairScores scores(int pairs, double spread, long seed) {
    var random = new SplittableRandom(seed);
    var distance = new double[pairs];
    var same = new boolean[pairs];
    for (int i = 0; i < pairs; i++) {
      same[i] = i % 2 == 0;
      distance[i] = Math.clamp((same[i] ? 0.9 : 1.9) + 0.35 * spread * random.nextGaussian(), 0, 4);
    }
    var fold = new int[pairs];
    Arrays.setAll(fold, i -> i / 2 % 10);
    return new PairScores(distance, same, fold);
  }

  static Pictures pictures(String set, int count, long seed) {
    var random = new SplittableRandom(seed);
    var norms = new double[count];
    var sharpness = new double[count];
    var sides = new double[count];
    for (int i = 0; i < count; i++) {
      double quality = random.nextGaussian();
      norms[i] = 18 + 3 * quality + random.nextGaussian();
      sharpness[i] = 150 * Math.exp(0.8 * quality + 0.4 * random.nextGaussian());
      sides[i] = Math.round(70 * Math.exp(0.4 * quality));
    }
    return new Pictures(set, norms, sharpness, sides);
  }

  private static Pair pair(String set, String name, double cosine) {
    return new Pair(new Face(set, 0, name), new Face(set, 1, "Ann_Lee/Ann_Lee_0001.jpg"), cosine);
  }

  /** A face of few strokes, in place of a photograph. */
  static byte[] picture(Face face) {
    return SampleReport.face(SampleReport.prediction(face.name(), 20 + 40 * face.image(), 30, 3));
  }
}
