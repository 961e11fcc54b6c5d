package dev.mien.bench.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two projects of strangers, outside the reactor: a modular one that needs no flag, and one on a bare class path that needs one. */
class ConsumerProjectsTest {
  private static final String[] CPU = {"kernels/api", "kernels/simd", "engine", "models"};
  private static final String[] WITHOUT_SIMD = {"kernels/api", "engine", "models"};
  private static final String FLAG_SENTENCE = "the device cpu needs the Vector API, which this JVM was started without: "
      + "add --add-modules jdk.incubator.vector to the java command";

  private static final String PROGRAM = """
      package shop;

      import dev.mien.engine.random.Rng;
      import dev.mien.engine.tensor.Context;
      import dev.mien.engine.tensor.Device;
      import dev.mien.engine.tensor.HostTensor;
      import dev.mien.models.backbone.Backbones;

      public final class Shop {
        public static void main(String[] arguments) {
          try (var device = Device.open("cpu"); var scope = device.scope()) {
            var net = Backbones.named("resnet-tiny", 101, Rng.seed(7)).to(device);
            var pixels = new float[2 * 3 * 32 * 32];
            for (int i = 0; i < pixels.length; i++) {
              pixels[i] = i % 17 / 16f;
            }
            var logits = net.forward(scope.upload(HostTensor.of(pixels, 2, 3, 32, 32)), Context.eval()).download();
            double sum = 0;
            for (float v : logits.floats()) {
              sum += Math.abs(v);
            }
            System.out.println(device.name() + " " + logits.shape() + (sum > 0 && sum < 1e6 ? " alive" : " sum " + sum));
          }
        }
      }
      """;

  @TempDir
  Path project;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(project.resolve("src/shop"));
    Files.writeString(project.resolve("src/shop/Shop.java"), PROGRAM);
  }

  @Test
  void aModularProjectNeedsNoFlag() throws Exception {
    Files.writeString(project.resolve("src/module-info.java"), "module shop {\n  requires dev.mien.models;\n}\n");
    compile("-p", Jdk.path(CPU), "src/module-info.java");
    assertAlive(Jdk.run(project, "java", List.of("-p", Jdk.path(CPU) + separator() + "classes", "-m", "shop/shop.Shop")));
  }

  @Test
  void aClassPathProjectNeedsTheFlag() throws Exception {
    compile("-cp", Jdk.path(CPU));
    var path = Jdk.path(CPU) + separator() + "classes";
    assertAlive(Jdk.run(project, "java", List.of("--add-modules", "jdk.incubator.vector", "-cp", path, "shop.Shop")));

    var refused = Jdk.run(project, "java", List.of("-cp", path, "shop.Shop"));
    assertNotEquals(0, refused.code());
    assertEquals("", refused.out(), "nothing may fall back silently");
    assertTrue(refused.err().contains(FLAG_SENTENCE), refused.err());
  }

  @Test
  void aProjectWithoutTheCpuModuleIsToldWhichToAdd() throws Exception {
    compile("-cp", Jdk.path(WITHOUT_SIMD));
    var refused = Jdk.run(project, "java", List.of("-cp", Jdk.path(WITHOUT_SIMD) + separator() + "classes", "shop.Shop"));
    assertNotEquals(0, refused.code());
    assertTrue(refused.err().contains("add the dependency mien-kernels-simd"), refused.err());
  }

  /** What {@code ./mien image} builds: a runtime that holds the CPU modules and the parts of the JDK that they need. */
  @Test
  void anImageOfTheCpuModulesNeedsNoJdk() throws Exception {
    Assumptions.assumeTrue(Jdk.has("jlink"), "this JDK has no jlink");
    Files.writeString(project.resolve("src/module-info.java"), "module shop {\n  requires dev.mien.models;\n}\n");
    compile("-p", Jdk.path(CPU), "src/module-info.java");
    var linked = Jdk.run(project, "jlink", List.of("-p", Jdk.path(CPU) + separator() + "classes", "--add-modules",
        "shop,dev.mien.kernels.simd", "--strip-debug", "--output", "image"));
    assertEquals(0, linked.code(), linked.out() + linked.err());
    var java = project.resolve("image/bin/java").toString();
    assertAlive(Jdk.run(project, java, List.of("-m", "shop/shop.Shop")));
    var modules = Jdk.run(project, java, List.of("--list-modules")).out();
    assertTrue(modules.contains("jdk.incubator.vector") && !modules.contains("jdk.compiler"), modules);
  }

  private void compile(String... options) throws Exception {
    var arguments = new ArrayList<>(List.of("--release", "25", "-Werror", "-Xlint:all", "-d", "classes"));
    arguments.addAll(List.of(options));
    arguments.add("src/shop/Shop.java");
    var ended = Jdk.run(project, "javac", arguments);
    assertEquals(0, ended.code(), ended.out() + ended.err());
  }

  private static void assertAlive(Jdk.Ended ended) {
    assertEquals(0, ended.code(), ended.err());
    assertEquals("cpu [2, 101] alive", ended.out().strip());
    assertEquals("", ended.err().replace("WARNING: Using incubator modules: jdk.incubator.vector", "").strip());
  }

  private static String separator() {
    return System.getProperty("path.separator");
  }
}
