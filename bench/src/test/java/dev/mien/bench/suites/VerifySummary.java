package dev.mien.bench.suites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.bench.architecture.Repository;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The last test of {@code mvn verify}, run by an execution of its own: counts and names the suites that skipped themselves, and fails
 * when the environment variable {@code MIEN_REQUIRE} (vector, width, opencl, data; with commas) names what they lacked.
 */
class VerifySummary {
  @Test
  void skippedSuitesAreNamed() throws Exception {
    var suites = SkippedSuites.of(Repository.MODULES.stream().map(Repository.root()::resolve).toList());
    System.out.println();
    suites.lines().forEach(line -> System.out.println("[mien] " + line));
    assertTrue(suites.ran() > 0, "no report of any test was found");
    assertEquals(List.of(), suites.missing(System.getenv("MIEN_REQUIRE")), "MIEN_REQUIRE asks for what some suites lacked; they are "
        + "named above");
  }
}
