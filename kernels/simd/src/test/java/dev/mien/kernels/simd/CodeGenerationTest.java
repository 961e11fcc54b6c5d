package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads the machine code of every micro-kernel whose vectors fit this machine's registers and looks into the innermost loop: no vector on
 * the stack, one fused multiply-add for each accumulator, no branch that the source does not explain. No noise of the machine can
 * change the verdict.
 */
@VectorWidthCondition.InHardware
class CodeGenerationTest {
  private static final int TIMEOUT_MINUTES = 5;

  /** AVX-512 brings 32 registers, at every width. The compiler wants one to spare: it spills with all of them in use. */
  private static final int REGISTERS = Tier.machineBits() == 512 ? 32 : 16;

  private static final String PLANTED_HEAD = """
      package dev.mien.kernels.simd;

      import static dev.mien.kernels.simd.Lanes.COUNT;
      import static dev.mien.kernels.simd.Lanes.F;

      import jdk.incubator.vector.FloatVector;

      final class PlantedKernels {
      """;

  @TempDir
  Path folder;

  @BeforeEach
  void onlyWhereTheDecoderReadsTheCode() {
    String arch = System.getProperty("os.arch");
    Assumptions.assumeTrue(arch.equals("amd64") || arch.equals("x86_64"), "the machine code of " + arch + " is not decoded");
  }

  @Test
  void microKernelsKeepTheirAccumulatorsInRegisters() throws Exception {
    var kernels = new ArrayList<KernelSource>();
    TileGenerator.files().forEach((file, source) -> {
      var fitting = KernelSource.of(file, source).stream().filter(k -> k.registers() < REGISTERS).toList();
      assertFalse(fitting.isEmpty() && source.contains(".fma("), "no kernel was found in " + file);
      kernels.addAll(fitting);
    });
    assertEquals(Map.of(), faults(kernels, System.getProperty("java.class.path")));
  }

  /** One register too many; a product and a sum in place of the fused operation; and one of the same make without a fault. */
  @Test
  void plantedFaultsAreFoundAndGoodCodeIsNot() throws Exception {
    String fused = "a%1$d = FloatVector.broadcast(F, t.a[k + %1$d]).fma(v, a%1$d);";
    String source = PLANTED_HEAD + planted("crowded", REGISTERS - 1, fused) + planted("good", 4, fused)
        + planted("apart", 4, "a%1$d = FloatVector.broadcast(F, t.a[k + %1$d]).mul(v).add(a%1$d);") + "}\n";
    var kernels = new ArrayList<>(KernelSource.of("PlantedKernels.java", source));
    assertEquals(List.of(REGISTERS + 1, 6), kernels.stream().map(KernelSource::registers).toList());
    kernels.add(new KernelSource("PlantedKernels::apart", 4, 1, 0, 0));
    compile(source);
    var faults = faults(kernels, folder + File.pathSeparator + System.getProperty("java.class.path"));
    assertEquals(Set.of("PlantedKernels::crowded", "PlantedKernels::apart"), faults.keySet(), faults.toString());
    assertTrue(faults.get("PlantedKernels::crowded").contains("vectors on the stack"), faults.toString());
    assertTrue(faults.get("PlantedKernels::apart").contains("0 fused multiply-adds, expected a multiple of 4"), faults.toString());
  }

  @Test
  void theDecoderSeesStackOperandsJumpsAndRefusesTheUnknown() {
    // vmovups ymm7,[rsp+0x20]; vfmadd231ps ymm4,ymm0,ymm13; vfmadd231ps zmm1,zmm2,zmm3; vmovups ymm0,[r12+8]; jl -0x1c; ret
    var all = X86Decoder.decode(HexFormat.of().parseHex("c5fc107c2420" + "c4c27db8e5" + "62f26d48b8cb" + "c4c17c10442408" + "7ce6" + "c3"));
    assertEquals(List.of(0, 6, 11, 17, 24, 26), all.stream().map(X86Decoder.Instruction::at).toList());
    assertEquals(List.of(256, 256, 512, 256, 0, 0), all.stream().map(X86Decoder.Instruction::bits).toList());
    assertEquals(List.of(true, false, false, false, false, false), all.stream().map(X86Decoder.Instruction::onStack).toList());
    assertEquals(List.of(false, true, true, false, false, false), all.stream().map(X86Decoder.Instruction::multiplyAdd).toList());
    assertEquals(0, all.get(4).target());
    var refused = assertThrows(IllegalStateException.class, () -> X86Decoder.decode(new byte[] {(byte) 0x90, 0x06}));
    assertTrue(refused.getMessage().contains("does not know the instruction at 1: 06"), refused.getMessage());
  }

  /** What is wrong with the kernels, by name; empty when all is well. */
  private Map<String, String> faults(List<KernelSource> kernels, String classPath) throws Exception {
    var compiled = CompiledMethod.parse(machineCode(kernels, classPath));
    var faults = new TreeMap<String, String>();
    for (var kernel : kernels) {
      var method = compiled.get(kernel.name());
      String fault = method == null ? "was not compiled" : fault(kernel, method.hotLoop(Lanes.BITS));
      if (!fault.isEmpty()) {
        faults.put(kernel.name(), fault);
      }
    }
    return faults;
  }

  private static String fault(KernelSource kernel, CompiledMethod.Loop loop) {
    var faults = new ArrayList<String>();
    if (loop.multiplyAdds() == 0 || loop.multiplyAdds() % kernel.multiplyAdds() != 0) {
      faults.add(loop.multiplyAdds() + " fused multiply-adds, expected a multiple of " + kernel.multiplyAdds());
    }
    if (loop.narrow() > 0) {
      faults.add(loop.narrow() + " fused multiply-adds of less than " + Lanes.BITS + " bits");
    }
    if (loop.stackVectors() > 0) {
      faults.add(loop.stackVectors() + " vectors on the stack");
    }
    if (loop.branches() > kernel.mostBranches()) {
      faults.add(loop.branches() + " branches, expected at most " + kernel.mostBranches());
    }
    return String.join("; ", faults);
  }

  private List<String> machineCode(List<KernelSource> kernels, String classPath) throws Exception {
    var command = new ArrayList<>(List.of(tool("java"),
        "--add-modules", "jdk.incubator.vector", "-Xbatch", "-XX:-UseOnStackReplacement", "-XX:+UnlockDiagnosticVMOptions",
        "-D" + Tier.PROPERTY + "=" + Lanes.BITS));
    kernels.forEach(k -> command.add("-XX:CompileCommand=print," + KernelSource.class.getPackageName() + "." + k.name()));
    command.addAll(List.of("-cp", classPath, KernelRunner.class.getName()));
    kernels.forEach(k -> command.add(k.name()));
    return run(command);
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** The lines that the program writes. */
  private List<String> run(List<String> command) throws Exception {
    var output = folder.resolve("output.txt");
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertTrue(process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES), () -> command.getFirst() + " did not end");
    } finally {
      process.destroyForcibly();
    }
    var lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
    return lines;
  }

  private static String planted(String name, int accumulators, String step) {
    var source = new StringBuilder("  static void " + name + "(GemmTile t) {\n");
    repeat(source, accumulators, "    var a%1$d = FloatVector.fromArray(F, t.start, t.startBase + %1$d * COUNT);");
    source.append("    for (int k = t.from; k < t.to; k++) {\n      var v = FloatVector.fromArray(F, t.b, k * COUNT);\n");
    repeat(source, accumulators, "      " + step);
    source.append("    }\n");
    repeat(source, accumulators, "    a%1$d.intoArray(t.c, t.cBase + %1$d * COUNT);");
    return source.append("  }\n").toString();
  }

  private static void repeat(StringBuilder source, int times, String line) {
    IntStream.range(0, times).forEach(i -> source.append(line.formatted(i)).append('\n'));
  }

  private void compile(String source) throws Exception {
    var file = folder.resolve("PlantedKernels.java");
    Files.writeString(file, source);
    run(List.of(tool("javac"), "-nowarn", "--add-modules", "jdk.incubator.vector", "-d", folder.toString(), "-cp",
        System.getProperty("java.class.path"), file.toString()));
  }
}
