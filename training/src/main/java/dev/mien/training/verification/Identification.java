package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whose face is it: figures of searches 1:N.
 *
 * <p>TinyFace is {@link #closedSet} with the ranks 1, 5 and 20 over Gallery_Match and the distractors. IJB's open set is {@link #openSet} over its
 * two galleries; the released AdaFace code merges both and takes its threshold from single scores, which is not the protocol and is not copied.
 */
public final class Identification {
  /** Rates of false positive identification that reports name. */
  private static final double[] RATES = {1e-1, 1e-2, 1e-3};

  private Identification() {}

  /**
   * The closed set: every counted probe's identity is in the gallery.
   *
   * @param mated probes that were counted
   * @param unmated probes whose identity the gallery lacks, which are in no share
   * @param gallery rows of the gallery, distractors included
   * @param shares for each rank k the share of probes whose k best rows hold their identity
   */
  public record ClosedSet(int mated, int unmated, int gallery, Map<Integer, Double> shares) {
    public ClosedSet {
      shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
    }

    /** The share at a rank that was asked for. */
    public double share(int rank) {
      var share = shares.get(rank);
      if (share == null) {
        throw new MienException("[verification] rank " + rank + " was not measured; measured are " + shares.keySet());
      }
      return share;
    }
  }

  /** Rank-k rates; ranks at most the search's depth. Ties count against the model. */
  public static ClosedSet closedSet(ProbeRanks search, int... ranks) {
    int[] mated = mated(search);
    if (mated.length == 0) {
      throw new MienException("[verification] none of the " + search.probes() + " probes has its identity among the "
          + search.gallerySize() + " gallery rows; expected a closed set. Are identities numbered alike in both?");
    }
    var shares = new LinkedHashMap<Integer, Double>();
    for (int rank : ranks) {
      if (rank < 1 || rank > search.depth()) {
        throw new MienException("[verification] rank " + rank + " of a search that keeps " + search.depth()
            + "; expected 1 to that. Open the search with a greater depth.");
      }
      long found = Arrays.stream(mated).filter(p -> search.rank(p) <= rank).count();
      shares.put(rank, (double) found / mated.length);
    }
    return new ClosedSet(mated.length, search.probes() - mated.length, search.gallerySize(), shares);
  }

  /**
   * The open set at the rates 1e-1 to 1e-3 of false positive identification (FPIR); those that the probes without a mate cannot resolve are left
   * out.
   *
   * @param galleries the same probes against galleries that share no identity
   * @return by the rate's name the mean over the galleries of {@link #tpir}
   */
  public static Map<String, Double> openSet(List<ProbeRanks> galleries) {
    var seen = new HashSet<Integer>();
    for (var gallery : galleries) {
      for (int identity : gallery.enrolled()) {
        if (!seen.add(identity)) {
          throw new MienException("[verification] identity " + identity
              + " is in two galleries; expected disjoint ones, as each stands for the people whom the other does not know");
        }
      }
    }
    var found = new LinkedHashMap<String, Double>();
    for (double fpir : RATES) {
      double mean = galleries.stream().mapToDouble(g -> tpir(g, fpir)).average().orElse(Double.NaN);
      if (!Double.isNaN(mean)) {
        found.put(RocCurve.name(fpir), mean);
      }
    }
    return found;
  }

  /**
   * With t the threshold above which at most a share FPIR of the probes <em>without</em> a mate have their best score,
   *
   * <pre>TPIR = |{mated probes at rank 1 with a score above t}| / |{mated probes}|</pre>
   *
   * @param fpir between 0 and 1
   * @return NaN where there are too few probes without a mate for the rate, or none with one
   */
  public static double tpir(ProbeRanks gallery, double fpir) {
    double[] strangers = IntStream.range(0, gallery.probes()).filter(p -> !gallery.mated(p)).mapToDouble(gallery::bestOther).sorted().toArray();
    int allowed = RocCurve.allowed(fpir, strangers.length);
    int[] mated = mated(gallery);
    if (allowed < 1 || mated.length == 0) {
      return Double.NaN;
    }
    double threshold = strangers[strangers.length - 1 - allowed];
    long named = Arrays.stream(mated).filter(p -> gallery.rank(p) == 1 && gallery.mateScore(p) > threshold).count();
    return (double) named / mated.length;
  }

  private static int[] mated(ProbeRanks search) {
    return IntStream.range(0, search.probes()).filter(search::mated).toArray();
  }
}
