package dev.mien.bench.suites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkippedSuitesTest {
  @TempDir
  Path module;

  @Test
  void skippedTestsAreCountedAndNamedByWhatTheyLacked() throws Exception {
    report("a.WideTest", "<testcase name='x' classname='a.WideTest'><skipped message='needs 512-bit vectors, has 256'/></testcase>"
        + "<testcase name='y' classname='a.WideTest'><skipped message='needs 512-bit vectors, has 256'/></testcase>"
        + "<testcase name='z' classname='a.WideTest'/>");
    report("a.FacesTest", "<testcase name='x' classname='a.FacesTest'><skipped message='shared/data/x.zip was not found'/></testcase>");
    report("a.KernelTest", "<testcase name='x' classname='a.KernelTest(512-bit)'><skipped message='no 512-bit vectors'/></testcase>");
    report("a.GateTest", "<testcase name='x' classname='a.GateTest(512-bit)'><skipped message='512-bit vectors are emulated here'/>"
        + "</testcase>");
    report("a.GpuTest", "<testcase name='x' classname='a.GpuTest'><skipped type='org.opentest4j.TestAbortedException'><![CDATA["
        + "org.opentest4j.TestAbortedException: Assumption failed: opencl: there is no OpenCL library\n\tat a.b(C.java:1)]]></skipped></testcase>");
    report("a.OddTest", "<testcase name='x' classname='a.OddTest'><skipped/></testcase>");
    var suites = SkippedSuites.of(List.of(module));
    assertEquals(List.of("1 tests ran, 7 skipped themselves:",
        "  lacking data: a.FacesTest: shared/data/x.zip was not found",
        "  lacking opencl: a.GpuTest: opencl: there is no OpenCL library",
        "  lacking other: a.OddTest: no reason given",
        "  lacking vector: a.KernelTest(512-bit): no 512-bit vectors",
        "  lacking vector: a.WideTest: needs 512-bit vectors, has 256 (2 tests)",
        "  lacking width: a.GateTest(512-bit): 512-bit vectors are emulated here"), suites.lines());
    assertEquals(List.of(), suites.missing(null));
    assertEquals(List.of("opencl"), suites.missing("opencl"));
    assertEquals(List.of("data", "vector"), suites.missing("vector, data"));
    assertThrows(IllegalArgumentException.class, () -> suites.missing("vectors"));
  }

  @Test
  void reportsOfTestsThatAreGoneDoNotCount() throws Exception {
    report("a.GoneTest", "<testcase name='x' classname='a.GoneTest'><skipped message='opencl'/></testcase>");
    Files.delete(module.resolve("target/test-classes/a/GoneTest.class"));
    var suites = SkippedSuites.of(List.of(module));
    assertEquals(0, suites.skipped());
    assertTrue(suites.missing("opencl").isEmpty());
  }

  private void report(String suite, String cases) throws IOException {
    var type = module.resolve("target/test-classes").resolve(suite.replace('.', '/') + ".class");
    Files.createDirectories(type.getParent());
    Files.write(type, new byte[0]);
    var folder = Files.createDirectories(module.resolve("target/surefire-reports"));
    Files.writeString(folder.resolve("TEST-" + suite + ".xml"), "<testsuite>" + cases + "</testsuite>");
  }
}
