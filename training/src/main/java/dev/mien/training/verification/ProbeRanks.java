package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Every probe against a gallery that comes in parts. Of each probe only the best score of its own identity and the best scores of
 * others are kept, so that the memory is probes x depth, whatever the gallery's size; scores are dot products.
 *
 * <pre>{@code
 * var search = new ProbeRanks(probes, identities, 20);
 * search.add(gallery, identities);
 * double rank1 = Identification.closedSet(search, 1, 5, 20).share(1);
 * }</pre>
 */
public final class ProbeRanks {
  /** Gallery rows scored at a time: D x 128 floats stay in the second-level cache. */
  private static final int BLOCK = 128;

  private final Embeddings probes;
  private final int[] identities;
  private final int depth;
  private final float[] mate;
  private final float[] others;
  private final Set<Integer> enrolled = new HashSet<>();
  private int gallerySize;

  /**
   * @param probes rows [N, D], of unit length where the score is to be a cosine
   * @param identities of the probes, 0 or greater
   * @param depth the largest rank that will be asked for
   */
  public ProbeRanks(Embeddings probes, int[] identities, int depth) {
    Embeddings.sameCount("identities", identities.length, "probes", probes.count());
    if (depth < 1 || probes.count() == 0 || Arrays.stream(identities).min().getAsInt() < 0) {
      throw new MienException("[verification] " + probes.count() + " probes and depth " + depth
          + "; expected some probes with identities of 0 or greater, and a depth of at least 1");
    }
    this.probes = probes;
    this.identities = identities.clone();
    this.depth = depth;
    mate = new float[identities.length];
    others = new float[Math.multiplyExact(identities.length, depth)];
    Arrays.fill(mate, Float.NEGATIVE_INFINITY);
    Arrays.fill(others, Float.NEGATIVE_INFINITY);
  }

  /**
   * Adds rows of the gallery. The order of additions does not matter.
   *
   * @param identities of the rows; several may have one, and negative ones are of people whom no probe shows
   */
  public void add(Embeddings gallery, int[] identities) {
    Embeddings.sameCount("identities", identities.length, "gallery rows", gallery.count());
    Embeddings.sameCount("values in a gallery row", gallery.dimension(), "values in a probe", probes.dimension());
    float[][] columns = new float[probes.dimension()][BLOCK];
    float[] scores = new float[BLOCK];
    for (int from = 0; from < gallery.count(); from += BLOCK) {
      int rows = Math.min(BLOCK, gallery.count() - from);
      transpose(gallery, from, rows, columns);
      for (int probe = 0; probe < mate.length; probe++) {
        score(probe, columns, scores);
        for (int r = 0; r < rows; r++) {
          keep(probe, identities[from + r], scores[r]);
        }
      }
    }
    Arrays.stream(identities).filter(id -> id >= 0).forEach(enrolled::add);
    gallerySize += gallery.count();
  }

  private static void transpose(Embeddings gallery, int from, int rows, float[][] columns) {
    int dimension = gallery.dimension();
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < dimension; j++) {
        columns[j][r] = gallery.values()[(from + r) * dimension + j];
      }
    }
  }

  /** scores[r] = sum_j p_j g_rj: along r, for a sum along j would have one order only and run one value at a time. */
  private void score(int probe, float[][] columns, float[] scores) {
    float[] p = probes.values();
    int at = probe * columns.length;
    Arrays.fill(scores, 0);
    int j = 0;
    for (; j + 4 <= columns.length; j += 4) {
      four(scores, columns, j, p, at + j);
    }
    for (; j < columns.length; j++) {
      for (int r = 0; r < BLOCK; r++) {
        scores[r] += p[at + j] * columns[j][r];
      }
    }
  }

  private static void four(float[] scores, float[][] columns, int j, float[] p, int at) {
    float[] g0 = columns[j];
    float[] g1 = columns[j + 1];
    float[] g2 = columns[j + 2];
    float[] g3 = columns[j + 3];
    float p0 = p[at];
    float p1 = p[at + 1];
    float p2 = p[at + 2];
    float p3 = p[at + 3];
    for (int r = 0; r < BLOCK; r++) {
      scores[r] += p0 * g0[r] + p1 * g1[r] + (p2 * g2[r] + p3 * g3[r]);
    }
  }

  private void keep(int probe, int identity, float score) {
    if (identity == identities[probe]) {
      mate[probe] = Math.max(mate[probe], score);
      return;
    }
    int first = probe * depth;
    int at = first + depth - 1;
    if (score > others[at]) {
      for (; at > first && others[at - 1] < score; at--) {
        others[at] = others[at - 1];
      }
      others[at] = score;
    }
  }

  /** Number of probes. */
  public int probes() {
    return mate.length;
  }

  /** Rows of the gallery so far, distractors included. */
  public int gallerySize() {
    return gallerySize;
  }

  int depth() {
    return depth;
  }

  Set<Integer> enrolled() {
    return enrolled;
  }

  /** Whether the gallery holds the probe's identity. */
  boolean mated(int probe) {
    return enrolled.contains(identities[probe]);
  }

  /**
   * The rank of the probe's identity: 1 + the number of others' rows whose score is as good or better, so that a tie counts against the
   * model; depth + 1 stands for everything beyond.
   */
  int rank(int probe) {
    int rank = 1;
    while (rank <= depth && others[probe * depth + rank - 1] >= mate[probe]) {
      rank++;
    }
    return rank;
  }

  /** The best score of the probe's own identity, minus infinity where the gallery lacks it. */
  float mateScore(int probe) {
    return mate[probe];
  }

  /** The best score of any other identity, minus infinity where there is none. */
  float bestOther(int probe) {
    return others[probe * depth];
  }
}
