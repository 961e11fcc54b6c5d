package dev.mien.training.verification;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The pairs that are hardest to tell: where to look for wrong labels, bad crops and doubles.
 *
 * @param genuine the genuine pairs with the largest distances, hardest first; of equal ones the earlier in the order of pairs
 * @param impostors the impostor pairs with the smallest distances, hardest first; of equal ones the earlier in the order of pairs
 */
public record HardestPairs(List<Pair> genuine, List<Pair> impostors) {
  /**
   * A pair.
   *
   * @param index its place among the pairs, from 0
   * @param distance squared distance of the unit vectors
   */
  public record Pair(int index, double distance) {}

  /**
   * Keeps 2k pairs at a time, however many there are.
   *
   * @param k how many of each; fewer where there are fewer
   */
  public static HardestPairs of(PairScores scores, int k) {
    var byDistance = Comparator.comparingDouble(Pair::distance);
    var byPlace = Comparator.comparingInt(Pair::index);
    return new HardestPairs(first(scores, true, k, byDistance.reversed().thenComparing(byPlace)),
        first(scores, false, k, byDistance.thenComparing(byPlace)));
  }

  private static List<Pair> first(PairScores scores, boolean genuine, int k, Comparator<Pair> order) {
    var kept = new PriorityQueue<>(order.reversed());
    for (int i = 0; i < scores.size(); i++) {
      if (scores.same()[i] == genuine) {
        kept.add(new Pair(i, scores.distance()[i]));
        if (kept.size() > k) {
          kept.poll();
        }
      }
    }
    var hardest = new ArrayList<>(kept);
    hardest.sort(order);
    return List.copyOf(hardest);
  }
}
