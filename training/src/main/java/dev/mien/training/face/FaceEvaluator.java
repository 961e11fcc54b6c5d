package dev.mien.training.face;

import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.face.FaceEmbedding;
import dev.mien.models.image.RgbImage;
import dev.mien.training.facedata.PairSet;
import dev.mien.training.verification.PairScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** Embeds the pictures of a set of pairs and measures how far apart each pair is. */
final class FaceEvaluator {
  private static final int BATCH = 32;

  private FaceEvaluator() {}

  /**
   * @param scores of the pairs, in their order
   * @param norms of the set's pictures, in their order: the length of the features of each, the mean of both views
   */
  record Scored(PairSet set, PairScores scores, double[] norms) {}

  /** @param seen told how many pictures were done, after each batch */
  static Scored score(FaceEmbedder embedder, PairSet set, IntConsumer seen) {
    var found = new FaceEmbedding[set.images().size()];
    embed(embedder, found.length, set.reader(), seen, (i, embedding) -> found[i] = embedding);
    int n = set.pairs().size();
    var distance = new double[n];
    var same = new boolean[n];
    var fold = new int[n];
    for (int i = 0; i < n; i++) {
      var pair = set.pairs().get(i);
      distance[i] = Math.max(0, 2 - 2 * found[pair.first()].cosine(found[pair.second()]));
      same[i] = pair.same();
      fold[i] = pair.fold();
    }
    return new Scored(set, new PairScores(distance, same, fold), Arrays.stream(found).mapToDouble(FaceEmbedding::norm).toArray());
  }

  /** Takes the embedding of each picture. */
  @FunctionalInterface
  interface Embedded {
    void take(int picture, FaceEmbedding embedding);
  }

  /** Embeds the pictures 0..count-1, in batches and in their order. */
  static void embed(FaceEmbedder embedder, int count, IntFunction<RgbImage> reader, IntConsumer seen, Embedded to) {
    for (int from = 0; from < count; from += BATCH) {
      List<RgbImage> batch = new ArrayList<>();
      for (int i = from; i < Math.min(from + BATCH, count); i++) {
        batch.add(reader.apply(i));
      }
      var found = embedder.embed(batch);
      for (int i = 0; i < found.size(); i++) {
        to.take(from + i, found.get(i));
      }
      seen.accept(batch.size());
    }
  }

  /** The pairs of several sets together; their folds keep their numbers. */
  static PairScores together(List<Scored> sets) {
    int n = sets.stream().mapToInt(s -> s.scores.size()).sum();
    var distance = new double[n];
    var same = new boolean[n];
    var fold = new int[n];
    int at = 0;
    for (var s : sets) {
      System.arraycopy(s.scores.distance(), 0, distance, at, s.scores.size());
      System.arraycopy(s.scores.same(), 0, same, at, s.scores.size());
      System.arraycopy(s.scores.fold(), 0, fold, at, s.scores.size());
      at += s.scores.size();
    }
    return new PairScores(distance, same, fold);
  }
}
