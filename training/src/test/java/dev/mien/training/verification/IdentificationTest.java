package dev.mien.training.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentificationTest {
  private static Embeddings plane(double... degrees) {
    float[] values = new float[2 * degrees.length];
    for (int i = 0; i < degrees.length; i++) {
      values[2 * i] = (float) Math.cos(Math.toRadians(degrees[i]));
      values[2 * i + 1] = (float) Math.sin(Math.toRadians(degrees[i]));
    }
    return new Embeddings(values, 2);
  }

  @Test
  void ranksByHand() {
    // Person 0 at 0 and 80 degrees, person 1 at 40; a distractor at 12.
    var search = new ProbeRanks(plane(2, 10, 70, 200), new int[] {0, 1, 1, 5}, 4);
    search.add(plane(0, 80, 40), new int[] {0, 0, 1});
    search.add(plane(12), new int[] {-100});
    assertEquals(1, search.rank(0));
    assertEquals(3, search.rank(1), "the distractor and person 0 are nearer");
    assertEquals(2, search.rank(2));
    assertEquals(5, search.rank(3), "not in the gallery");
    var closed = Identification.closedSet(search, 1, 2, 3);
    assertEquals(new Identification.ClosedSet(3, 1, 4, Map.of(1, 1 / 3.0, 2, 2 / 3.0, 3, 1.0)), closed);
    assertEquals(2 / 3.0, closed.share(2), 0);
    assertThrows(MienException.class, () -> closed.share(7));
    assertThrows(MienException.class, () -> Identification.closedSet(search, 5));
  }

  @Test
  void aTieCountsAgainstTheModel() {
    var search = new ProbeRanks(new Embeddings(new float[] {1, 0}, 2), new int[] {0}, 3);
    search.add(new Embeddings(new float[] {1, 0, 1, 0, 1, 0}, 2), new int[] {0, 0, 1});
    assertEquals(2, search.rank(0));
    var collapsed = new ProbeRanks(new Embeddings(new float[] {1, 0}, 2), new int[] {0}, 3);
    collapsed.add(new Embeddings(new float[] {1, 0, 1, 0, 1, 0, 1, 0}, 2), new int[] {0, 1, 2, 3});
    assertEquals(0, Identification.closedSet(collapsed, 3).share(3), 0, "a model that says the same of all names nobody");
  }

  private static final int[] GALLERY = IntStream.range(0, 700).map(i -> i % 350).toArray();
  private static final int[] PROBES = IntStream.range(0, 90).map(i -> 11 * i % 400).toArray();

  @Test
  void aSlowImplementationAgreesAndPartsDoNotMatter() {
    var gallery = Faces.people(GALLERY, 19, 1.3, Rng.seed(1));
    var probes = Faces.people(PROBES, 19, 1.3, Rng.seed(2));
    var whole = new ProbeRanks(probes, PROBES, 20);
    whole.add(gallery, GALLERY);
    var parts = new ProbeRanks(probes, PROBES, 20);
    for (int from : new int[] {400, 0, 1}) {
      int to = from == 0 ? 1 : from == 1 ? 400 : 700;
      parts.add(new Embeddings(Arrays.copyOfRange(gallery.values(), 19 * from, 19 * to), 19), Arrays.copyOfRange(GALLERY, from, to));
    }
    var closed = Identification.closedSet(whole, 1, 5, 20);
    assertEquals(closed, Identification.closedSet(parts, 1, 5, 20));
    int[] found = new int[21];
    int mated = 0;
    for (int p = 0; p < PROBES.length; p++) {
      int rank = slowRank(gallery, probes, p);
      if (rank > 0) {
        mated++;
        assertEquals(Math.min(21, rank), whole.rank(p));
        IntStream.rangeClosed(1, 20).filter(k -> rank <= k).forEach(k -> found[k]++);
      }
    }
    assertEquals(mated, closed.mated());
    assertEquals(90 - mated, closed.unmated());
    for (int k : new int[] {1, 5, 20}) {
      assertEquals((double) found[k] / mated, closed.share(k), 1e-15);
    }
    assertTrue(closed.share(1) > 0.05 && closed.share(1) < closed.share(20) && closed.share(20) < 1, closed.toString());
  }

  private static double score(Embeddings gallery, int row, Embeddings probes, int probe) {
    double sum = 0;
    for (int j = 0; j < 19; j++) {
      sum += (double) gallery.values()[row * 19 + j] * probes.values()[probe * 19 + j];
    }
    return sum;
  }

  /** 0 where the gallery lacks the identity. */
  private static int slowRank(Embeddings gallery, Embeddings probes, int probe) {
    var order = IntStream.range(0, GALLERY.length).boxed()
        .sorted((a, b) -> Double.compare(score(gallery, b, probes, probe), score(gallery, a, probes, probe))).toList();
    for (int k = 0; k < order.size(); k++) {
      if (GALLERY[order.get(k)] == PROBES[probe]) {
        return k + 1;
      }
    }
    return 0;
  }

  @Test
  void openSetByHand() {
    // Gallery A knows person 0 (0 degrees), gallery B person 1 (90 degrees). Ten probes of each.
    double[] degrees = new double[20];
    int[] people = new int[20];
    for (int i = 0; i < 10; i++) {
      degrees[i] = 5 * i;
      degrees[10 + i] = 90 - 4 * i;
      people[10 + i] = 1;
    }
    var probes = plane(degrees);
    var a = new ProbeRanks(probes, people, 1);
    a.add(plane(0), new int[] {0});
    var b = new ProbeRanks(probes, people, 1);
    b.add(plane(90), new int[] {1});
    // A's strangers come at best to 54, 58 ... degrees of 0: one is let through, so what is nearer than 58 counts, all 10 probes.
    // B's strangers come to 45, 50 ...: one is let through; nearer than 50 degrees of 90 are all of 0 ... 36.
    assertEquals(1, Identification.tpir(a, 0.1), 0);
    assertEquals(1, Identification.tpir(b, 0.1), 0);
    assertEquals(Map.of("1e-1", 1.0), Identification.openSet(List.of(a, b)), "ten probes without a mate resolve no smaller rate");
    assertTrue(Double.isNaN(Identification.tpir(a, 0.05)));
    assertThrows(MienException.class, () -> Identification.openSet(List.of(a, a)), "galleries that share people");
  }

  @Test
  void aSlowOpenSetAgrees() {
    var probes = Faces.people(PROBES, 19, 1.0, Rng.seed(5));
    var galleries = List.of(part(probes, 0, 200), part(probes, 200, 350));
    for (double fpir : new double[] {0.05, 0.1, 0.3}) {
      assertEquals(slowTpir(probes, 0, 200, fpir), Identification.tpir(galleries.get(0), fpir), 0);
      assertEquals(slowTpir(probes, 200, 350, fpir), Identification.tpir(galleries.get(1), fpir), 0);
    }
    double mean = (slowTpir(probes, 0, 200, 0.1) + slowTpir(probes, 200, 350, 0.1)) / 2;
    assertEquals(mean, Identification.openSet(galleries).get("1e-1"), 1e-15);
  }

  private static ProbeRanks part(Embeddings probes, int from, int to) {
    int[] ids = IntStream.range(from, to).toArray();
    var search = new ProbeRanks(probes, PROBES, 5);
    search.add(Faces.people(ids, 19, 1.0, Rng.seed(8)), ids);
    return search;
  }

  /** Every threshold is tried; of those with few enough strangers above, the best is taken. */
  private static double slowTpir(Embeddings probes, int from, int to, double fpir) {
    int[] ids = IntStream.range(from, to).toArray();
    var gallery = Faces.people(ids, 19, 1.0, Rng.seed(8));
    double[] best = new double[PROBES.length];
    boolean[] right = new boolean[PROBES.length];
    for (int p = 0; p < PROBES.length; p++) {
      best[p] = -2;
      for (int g = 0; g < ids.length; g++) {
        if (score(gallery, g, probes, p) > best[p]) {
          best[p] = score(gallery, g, probes, p);
          right[p] = ids[g] == PROBES[p];
        }
      }
    }
    double most = 0;
    for (double t : best) {
      double strangers = 0;
      double taken = 0;
      double mated = 0;
      double named = 0;
      for (int p = 0; p < PROBES.length; p++) {
        boolean mate = PROBES[p] >= from && PROBES[p] < to;
        strangers += mate ? 0 : 1;
        taken += !mate && best[p] > t ? 1 : 0;
        mated += mate ? 1 : 0;
        named += mate && right[p] && best[p] > t ? 1 : 0;
      }
      most = taken / strangers <= fpir ? Math.max(most, named / mated) : most;
    }
    return most;
  }

  @Test
  void whatIsNotASearchIsRefused() {
    var probes = plane(0, 10);
    assertThrows(MienException.class, () -> new ProbeRanks(probes, new int[] {0}, 1));
    assertThrows(MienException.class, () -> new ProbeRanks(probes, new int[] {0, -1}, 1));
    assertThrows(MienException.class, () -> new ProbeRanks(probes, new int[] {0, 1}, 0));
    var search = new ProbeRanks(probes, new int[] {0, 1}, 1);
    search.add(plane(3), new int[] {-100});
    assertThrows(MienException.class, () -> Identification.closedSet(search, 1), "nobody's identity is there");
    assertThrows(MienException.class, () -> search.add(new Embeddings(new float[3], 3), new int[] {0}));
  }
}
