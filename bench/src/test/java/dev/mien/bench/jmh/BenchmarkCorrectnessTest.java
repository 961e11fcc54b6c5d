package dev.mien.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mien.bench.mien.OurRun;
import dev.mien.bench.mien.Ours;
import dev.mien.bench.work.Network;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Task.Pass;
import dev.mien.bench.work.Work;
import dev.mien.bench.work.Works;
import dev.mien.engine.tensor.Device;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/**
 * What a benchmark times is right: the work of every JMH class and of every row runs once on the cpu, on {@code opencl:0}
 * where there is one, and on the float64 reference, from the same numbers, and the results agree. Extents that only repeat are reduced: batches, rows, pixels. IR-50's training
 * is left to the tests of its parts (its inference is here): its least step is 10^11 operations, minutes in the reference's loops. So is Attention-56's,
 * whose masks are one pixel wide at a reduced size, where the batch's statistics are those of two numbers.
 */
class BenchmarkCorrectnessTest {
  private static final List<Class<? extends WorkBenchmark>> BENCHMARKS = List.of(ConvolutionForward.class, ConvolutionDataGradient.class,
      ConvolutionWeightGradient.class, MatrixProduct.class, RowLosses.class, PixelKernels.class, Pooling.class, OptimizerStep.class,
      ModelInference.class, ModelTraining.class, GallerySearch.class);
  /** Largest deviation as a share of the output's range: the bound of FAST convolutions, and a wider one behind many layers. */
  private static final double KERNEL = 1e-4;
  private static final double NET = 2e-3;
  private static final int ROWS = 16;
  private static final int PIXELS = 14;
  private static final int EXTENT = 192;

  private static Ours.OurSession cpu;
  private static Ours.OurSession reference;
  /** Null where there is no such device. */
  private static Ours.OurSession openCl;

  @BeforeAll
  static void open() {
    cpu = new Ours("cpu").open(2);
    reference = new Ours("reference").open(1);
    openCl = obstacle() == null ? new Ours("opencl:0").open(1) : null;
  }

  @AfterAll
  static void close() {
    cpu.close();
    reference.close();
    if (openCl != null) {
      openCl.close();
    }
  }

  /** Why {@code opencl:0} cannot take part; null when it does. */
  private static String obstacle() {
    var first = Device.diagnose().stream().filter(d -> d.device().startsWith("opencl")).findFirst();
    return first.isEmpty() ? "no such provider" : first.get().usable() ? null : first.get().reason();
  }

  @Test
  void openClTakesPart() {
    assumeTrue(openCl != null, () -> "opencl: " + obstacle());
    assertTrue(openCl.title().startsWith("Mien on opencl:0 ("), openCl.title());
  }

  /** The works of all benchmarks and of the driver's table, reduced, each once. */
  static Set<Work> works() throws NoSuchFieldException {
    var found = new LinkedHashSet<Work>();
    for (var type : BENCHMARKS) {
      Arrays.stream(type.getField("work").getAnnotation(Param.class).value()).map(Works::named).forEach(found::add);
    }
    found.addAll(Works.all());
    return found.stream().filter(BenchmarkCorrectnessTest::comparable).map(BenchmarkCorrectnessTest::reduced)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static boolean comparable(Work work) {
    return switch (work.task()) {
      case Task.Resident _, Task.ColdStart _, Task.MicroKernel _ -> false; // other works, seen from elsewhere
      case Task.Net n -> n.network() != Network.IR50 && n.network() != Network.ATTENTION56 || !n.train();
      default -> true;
    };
  }

  @ParameterizedTest
  @MethodSource("works")
  void agreesWithTheReference(Work work) {
    try (OurRun exact = reference.prepare(work)) {
      exact.run();
      var expected = exact.results();
      assertTrue(!expected.isEmpty());
      agrees(work, cpu, expected);
      if (openCl != null) {
        agrees(work, openCl, expected);
      }
    }
  }

  private static void agrees(Work work, Ours.OurSession session, Map<String, double[]> expected) {
    try (OurRun ours = session.prepare(work)) {
      ours.run();
      var actual = ours.results();
      assertEquals(expected.keySet(), actual.keySet());
      expected.forEach((name, values) -> compare(session.title() + ": " + work + " " + name, values, actual.get(name),
          work.task() instanceof Task.Net || work.task() instanceof Task.Sgd ? NET : KERNEL));
    }
  }

  @Test
  void everyFamilyHasABenchmark() throws NoSuchFieldException {
    var families = works().stream().map(w -> w.task().getClass()).distinct().toList();
    var all = Stream.of(Task.class.getPermittedSubclasses()).filter(c -> c != Task.MicroKernel.class && c != Task.Resident.class
        && c != Task.ColdStart.class).toList();
    assertEquals(Set.copyOf(all), Set.copyOf(families));
  }

  @Test
  void theComparisonCanFail() {
    var values = new double[] {0, 1, 2, 3};
    compare("same", values, values.clone(), KERNEL);
    try {
      compare("other", values, new double[] {0, 1, 2, 3.001}, KERNEL);
    } catch (AssertionError expected) {
      return;
    }
    throw new AssertionError("a deviation of 3e-4 of the range went through");
  }

  private static void compare(String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what);
    double range = Math.max(Arrays.stream(expected).map(Math::abs).max().orElse(0), 1e-6);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * range, what + " at " + i);
    }
  }

  /** The same work where only what repeats is less. */
  private static Work reduced(Work work) {
    return Works.named(switch (work.task()) {
      case Task.Convolution c -> work.name().replaceAll("@.*", "") + "@" + Math.min(c.size(), c.stride() == 1 ? PIXELS : 2 * PIXELS) + "_b2";
      case Task.Gemm g -> (g.packed() ? "gemm_packed_" : "gemm_") + Math.min(g.m(), EXTENT) + "x" + Math.min(g.n(), EXTENT) + "x" + g.k();
      case Task.CrossEntropy c -> "ce" + word(c.pass()) + "_" + Math.min(c.rows(), ROWS) + "x" + c.classes();
      case Task.ResidueEntropy e -> (e.bySort() ? "sort" : "topk") + "entropy_" + word(e.pass()) + "_" + ROWS + "x" + e.classes();
      case Task.BatchNorm b -> (b.addRelu() ? "bnreluadd_" : "bn") + word(b.pass()) + "_2x" + b.c() + "x" + PIXELS;
      case Task.PRelu p -> "prelu" + word(p.pass()) + "_2x" + p.c() + "x" + PIXELS;
      case Task.AddRelu a -> "addrelufwd_2x" + a.c() + "x" + PIXELS;
      case Task.Net n when n.network() == Network.IR50 -> "ir50_infer_b1";
      case Task.Net n -> n.network().label() + (n.train() ? "_train_b2@64" : "_infer_b1@64");
      case Task.Sgd _ -> "sgd_resnet18";
      case Task.Gallery g -> "gallery_" + (g.int8() ? "int8" : "f32") + "_q" + Math.min(g.queries(), 3) + "_600x40";
      case Task.SampledClasses _ -> "partialfc_200_s80";
      default -> work.name();
    });
  }

  private static String word(Pass pass) {
    return pass == Pass.FORWARD ? "fwd" : "fwdbwd";
  }
}
