package dev.mien.kernels.simd;

import dev.mien.kernels.cases.CaseRunner;
import dev.mien.kernels.cases.ImageCases;
import dev.mien.kernels.cases.KernelCase;
import dev.mien.kernels.cases.PointwiseCases;
import dev.mien.kernels.cases.RowCases;
import static dev.mien.kernels.Kind.IMAGE;
import static dev.mien.kernels.Kind.PLAIN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The bits of a fixed set of results: equal to the recorded ones (so at every vector width, in every process), for 1, 2 and 4
 * threads, and after 400 repetitions, when compiled code has replaced the interpreter. After a deliberate change of an order of
 * operations copy the lines of the failure message into {@code kernel-hashes.txt}.
 */
class KernelDeterminismTest {
  /** Emulated vectors are compiled as well, to slow code. */
  private static final int REPETITIONS = Tier.emulated(Lanes.BITS) ? 40 : 400;

  private static Map<String, List<KernelCase>> families() {
    var unary = new ArrayList<>(PointwiseCases.unary(IMAGE, 2, 17, 3, 5));
    unary.addAll(PointwiseCases.unary(PLAIN, 1030));
    var broadcast = new ArrayList<>(PointwiseCases.binary(IMAGE, new int[] {2, 33, 6, 5}, new int[] {2, 33, 1, 1}));
    broadcast.addAll(PointwiseCases.binary(PLAIN, new int[] {5, 37}, new int[] {1, 37}));
    broadcast.addAll(PointwiseCases.elementwise(IMAGE, 2, 17, 3, 5));
    broadcast.addAll(PointwiseCases.prelu(IMAGE, 2, 17, 9, 8));
    broadcast.addAll(PointwiseCases.prelu(PLAIN, 3, 33));
    var sums = new ArrayList<>(PointwiseCases.reduction(IMAGE, new int[] {1, 33, 1, 1}, new int[] {2, 33, 12, 13}));
    sums.addAll(PointwiseCases.reduction(PLAIN, new int[] {37, 1}, new int[] {37, 1101}));
    sums.addAll(PointwiseCases.reduction(PLAIN, new int[] {1}, new int[] {70_001}));
    sums.addAll(PointwiseCases.reduction(PLAIN, new int[] {1, 101}, new int[] {150, 101}));
    sums.addAll(PointwiseCases.optimisers(1, 17, 700));
    var norm = new ArrayList<>(ImageCases.batchNorm(IMAGE, 3, 33, 17, 18));
    norm.addAll(ImageCases.batchNorm(PLAIN, 19, 33));
    var pool = new ArrayList<>(ImageCases.pools(2, 17, 11, 9));
    pool.addAll(ImageCases.resize(new int[] {2, 17, 5, 7}, 9, 4));
    var rows = new ArrayList<>(RowCases.rows(5, 101));
    rows.addAll(RowCases.rows(2, 1500));
    var losses = new ArrayList<>(RowCases.losses(9, 101, 6, 0));
    losses.addAll(RowCases.losses(19, 37, 6, 3));
    losses.addAll(RowCases.losses(3, 101, 6, 2)); // few rows: one after the other
    var families = new LinkedHashMap<String, List<KernelCase>>();
    families.put("unary", unary);
    families.put("broadcast", broadcast);
    families.put("sums", sums);
    families.put("norm", norm);
    families.put("pool", pool);
    families.put("rows", rows);
    families.put("losses", losses);
    families.put("margins", RowCases.margins(9, 70));
    var search = new ArrayList<>(RowCases.topK(3, 5000, 50, 12));
    search.add(RowCases.topKOfReals(5, 9000, 1100, 20));
    families.put("topK", search);
    return families;
  }

  private static Map<String, String> recorded() {
    try (var in = KernelDeterminismTest.class.getResourceAsStream("/kernel-hashes.txt")) {
      var hashes = new TreeMap<String, String>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          hashes.put(line.split(" ")[0], line.split(" ")[1].trim());
        }
      }
      return hashes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(List<KernelCase> cases, SimdBackend cpu) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      for (var c : cases) {
        CaseRunner.digest(hash, CaseRunner.run(c, cpu, SimdProbe.PROBE));
      }
      return HexFormat.of().formatHex(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bitsAreTheRecordedOnes() {
    for (int threads : new int[] {1, 2, 4}) {
      var actual = new TreeMap<String, String>();
      try (var cpu = new SimdBackend(threads, false)) {
        families().forEach((family, cases) -> actual.put(family, hash(cases, cpu)));
      }
      assertEquals(lines(recorded()), lines(actual), threads + " threads at " + Lanes.BITS + " bits");
    }
  }

  private static String lines(Map<String, String> hashes) {
    return hashes.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.joining("\n"));
  }

  @Test
  void bitsDoNotChangeWhenTheCompilerTakesOver() {
    var expected = recorded();
    try (var cpu = new SimdBackend(1, false)) {
      families().forEach((family, cases) -> {
        for (int i = 0; i < REPETITIONS; i += 40) {
          assertEquals(expected.get(family), hash(cases, cpu), family + " after " + i + " repetitions");
          for (int k = 1; k < 40; k++) {
            cases.forEach(c -> CaseRunner.run(c, cpu, SimdProbe.PROBE));
          }
        }
      });
    }
  }
}
