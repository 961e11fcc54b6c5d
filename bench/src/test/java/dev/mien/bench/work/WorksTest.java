package dev.mien.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.bench.work.Task.Pass;
import dev.mien.engine.tensor.MienException;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorksTest {
  @Test
  void everyNameOfTheTableIsItsOwnAndParses() {
    var names = Works.all().stream().map(Work::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
    Works.all().forEach(w -> assertEquals(w, Works.named(w.name())));
    assertTrue(Works.all().containsAll(Works.quick()));
  }

  @Test
  void namesSayWhatTheyMean() {
    assertEquals(new Task.Convolution(Pass.BACKWARD, 3, 2, 64, 128, 56, 8), Works.named("convbwd_3x3s2_64-128@56").task());
    assertEquals(new Task.Convolution(Pass.FORWARD, 7, 2, 3, 64, 224, 1), Works.named("convfwd_7x7s2_3-64@224_b1").task());
    assertEquals(new Task.Gemm(1, 22, 333, true), Works.named("gemm_packed_1x22x333").task());
    assertEquals(new Task.ResidueEntropy(Pass.FORWARD_BACKWARD, true, 4096, 1000), Works.named("sortentropy_fwdbwd_4096x1000").task());
    assertEquals(new Task.BatchNorm(Pass.FORWARD_BACKWARD, true, 8, 64, 56), Works.named("bnreluadd_fwdbwd").task());
    assertEquals(new Task.Net(Network.IR50, true, 16, 112), Works.named("ir50_train_b16").task());
    assertEquals("ir50_train_b16", ((Task.Net) Works.named("ir50_train_b16").task()).label());
    assertEquals(new Task.Resident(new Task.Net(Network.RESNET18, true, 8, 224)), Works.named("rss_resnet18_train_b8").task());
  }

  @Test
  void operationsAndBytesAreThePeersAccounting() {
    assertEquals(2.0 * 8 * 64 * 64 * 9 * 56 * 56, Works.named("convfwd_3x3s1_64-64@56").flops());
    assertEquals(2 * Works.named("convfwd_1x1s1_64-256@56").flops(), Works.named("convbwd_1x1s1_64-256@56").flops());
    assertEquals(118.0e6, Works.named("convfwd_7x7s2_3-64@224_b1").flops() / 2, 0.1e6);
    assertEquals(4.0 * 2 * 8 * 64 * 56 * 56, Works.named("bnfwd_train").bytes());
    assertEquals(4.0 * 256 * 101, Works.named("cefwd_256x101").bytes());
    assertEquals(8 * (3 * 1814.1e6 - 118.0e6) * 2, Works.named("resnet18_train_b8").flops(), 1);
  }

  @Test
  void selectsByNameAndGlob() {
    assertEquals(List.of("resnet18_infer_b8", "resnet18_infer_b1", "resnet18_train_b8"),
        Works.select("resnet18_*", Works.all()).stream().map(Work::name).toList());
    assertEquals(List.of("gemm_7x5x3"), Works.select("gemm_7x5x3", Works.all()).stream().map(Work::name).toList());
    assertEquals(2, Works.select("addrelufwd, prelufwd", Works.all()).size());
    var wrong = assertThrows(MienException.class, () -> Works.select("gem_512", Works.all()));
    assertTrue(wrong.getMessage().contains("gem_512"), wrong.getMessage());
    assertThrows(MienException.class, () -> Works.named("convfwd_3x5s1_64-64@56"));
  }
}
