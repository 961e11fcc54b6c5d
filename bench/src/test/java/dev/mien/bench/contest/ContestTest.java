package dev.mien.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.bench.report.Table;
import dev.mien.bench.report.Targets;
import dev.mien.bench.work.Works;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real processes on tiny works, with peers that stand in: one that cannot be loaded, and one that can do some things. */
class ContestTest {
  private static final List<String> JAVA = List.of("--add-modules=jdk.incubator.vector", "-Xmx512m", "-cp",
      System.getProperty("java.class.path"));

  @Test
  void rowsTellRatiosAndWhoHasNoNumberAndWhy() throws Exception {
    var notes = new ArrayList<String>();
    var contest = new Contest(new Settings("cpu", true, 2, 1, null, Path.of("target"), JAVA, JAVA), notes::add);
    var works = Works.select("gemm_16x16x16,cefwd_4x8,addrelufwd_1x16x4,gemm_packed_16x16x16", Works.all());
    var rows = contest.run(works, List.of(1), _ -> {});
    assertEquals(works.stream().map(w -> w.name()).toList(), rows.stream().map(Row::work).toList());
    assertTrue(contest.absent().get("broken").contains("no libbroken"), contest.absent().toString());
    assertTrue(notes.getFirst().contains("broken") && notes.getFirst().contains("no libbroken"), notes.toString());
    assertEquals("stand-in with 1 thread", contest.titles().get("torch-stand-in"));

    var product = rows.get(0);
    assertEquals("torch-stand-in", product.peerName());
    assertTrue(product.peer() >= 1.9 && product.ours() > 0 && product.ours() < 2, product.toString());
    assertEquals(product.peer() / product.ours(), product.ratio(), 0.01 * product.ratio());
    assertTrue(product.peakShare() > 0 && product.peakShare() < 1, product.toString());
    assertTrue(product.oursBest() <= product.ours());
    assertEquals(2, product.samples().size());

    var loss = rows.get(1);
    assertNull(loss.ratio());
    assertNotNull(loss.ours());
    assertEquals("has no losses", loss.missing().get("torch-stand-in"));
    assertTrue(rows.get(2).missing().get("torch-stand-in").contains("ended with code 3"), rows.get(2).missing().toString());
    assertTrue(rows.stream().allMatch(r -> r.missing().get("broken").contains("no libbroken")));

    String table = Table.of(rows, true);
    assertTrue(table.contains("no number for 4 works of broken: no libbroken"), table);
    assertEquals("", Targets.table(rows));
  }

  @Test
  void rowsAreJsonWithThePromisedNames() throws Exception {
    var row = new Row("gemm_1x1x1", 2, 1.5, "ms", 3.0, "torch-djl", 2.0, 0.5, 1.4, 2.9, 2.07, 2.0, 100.0, null, "9/9",
        java.util.Map.of(), java.util.Map.of(), java.util.Map.of(), "opencl:0", 12.5, null);
    var json = new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(List.of(row))).get(0);
    assertEquals("gemm_1x1x1", json.get("work").asText());
    assertEquals(2, json.get("threads").asInt());
    assertEquals(1.5, json.get("ours").asDouble());
    assertEquals("ms", json.get("unit").asText());
    assertEquals(3.0, json.get("peer").asDouble());
    assertEquals("torch-djl", json.get("peerName").asText());
    assertEquals(2.0, json.get("ratio").asDouble());
    assertEquals(0.5, json.get("peakShare").asDouble());
    assertEquals("opencl:0", json.get("device").asText());
    assertEquals(12.5, json.get("gflops").asDouble());
    assertTrue(Targets.table(List.of(new Row("cefwdbwd_256x101", 1, 1.0, "ms", 3.0, "torch-djl", 3.0, null, 1.0, 3.0, 3.0, 3.0, 1.0, null,
        "9/9", java.util.Map.of(), java.util.Map.of(), java.util.Map.of(), "cpu", null, null))).contains("aim"));
  }
}
