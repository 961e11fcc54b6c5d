package dev.mien.training.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a small tree of its own, with a JDK and a Maven that only say how they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final String NOTICE = "WARNING: Using incubator modules: jdk.incubator.vector";
  private static final String FAKE_JAVA = """
      #!/bin/bash
      echo '%s' >&2
      echo 'a word on standard error' >&2
      printf '<%%s>' "$@"
      echo
      exit 7
      """.formatted(NOTICE);
  private static final String FAKE_MAVEN = """
      #!/bin/bash
      echo "mvn $*" >>calls
      [ -e broken ] && { echo '[ERROR] the sources do not compile'; exit 1; }
      mkdir -p training/target/lib bench/target/lib
      touch training/target/mien-training-0.1.0.jar bench/target/mien-bench-0.1.0.jar
      """;

  @TempDir
  Path temp;
  private Path root;
  private Path jdk;

  private record Ran(int code, String out, String err) {}

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path launcher() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("mien")) && Files.isRegularFile(folder.resolve("LICENSE"))) {
        return folder.resolve("mien");
      }
    }
    throw new AssertionError("the launcher is not above " + Path.of("").toAbsolutePath());
  }

  @BeforeEach
  void tree() throws IOException {
    root = Files.createDirectory(temp.resolve("a b"));
    script(root.resolve("mien"), Files.readString(launcher()));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (var module : List.of("kernels", "engine", "models", "training", "bench")) {
      Files.createDirectories(root.resolve(module + "/src/main/java"));
      Files.writeString(root.resolve(module + "/pom.xml"), "<project/>");
      Files.writeString(root.resolve(module + "/src/main/java/A.java"), "class A {}");
    }
    jdk = temp.resolve("jdk-25");
    script(jdk.resolve("bin/java"), FAKE_JAVA);
    script(jdk.resolve("bin/javac"), FAKE_JAVA);
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
    script(temp.resolve("bin/mvn"), FAKE_MAVEN);
  }

  private Ran run(String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(List.of("bash", root.resolve("mien").toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().put("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("MIEN_JAVA_HOME", jdk.toString());
    builder.environment().remove("MIEN_JAVA_OPTIONS");
    var out = Files.createTempFile(temp, "out", "").toFile();
    var err = Files.createTempFile(temp, "err", "").toFile();
    var process = builder.redirectOutput(out).redirectError(err).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
    // The filter may still be writing when the fake JVM, which does not take its standard error back, has ended.
    for (int i = 0; i < 100 && !Files.readString(err.toPath()).contains("\n"); i++) {
      Thread.sleep(20);
    }
    return new Ran(process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath(), StandardCharsets.UTF_8));
  }

  private List<String> builds() throws IOException {
    var calls = root.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
  }

  @Test
  void argumentsAndExitCodePassThrough() throws Exception {
    var ran = run("train", "age", "--data", "folder:My Faces", "");
    assertEquals(7, ran.code);
    assertTrue(ran.out.strip()
        .endsWith("<-m><dev.mien.training/dev.mien.training.cli.Main><train><age><--data><folder:My Faces><>"), ran.out);
    assertTrue(ran.out.contains("<-p><" + root + "/training/target/mien-training-0.1.0.jar:" + root + "/training/target/lib>"),
        ran.out);
    assertTrue(ran.out.contains("<-Dmien.standardError=9>"), ran.out);
    assertFalse(ran.out.contains("terminalColumns"), "standard error is no terminal here: " + ran.out);
  }

  @Test
  void onlyTheNoticeIsTakenAway() throws Exception {
    run("doctor");
    var ran = run("doctor");
    assertEquals("a word on standard error\n", ran.err);
  }

  @Test
  void itBuildsOnceAndAgainWhenASourceIsNewer() throws Exception {
    assertTrue(run("doctor").err.contains("mien: building once"));
    run("doctor");
    assertEquals(1, builds().size(), builds().toString());
    touch(root.resolve("bench/src/main/java/A.java"));
    run("doctor");
    assertEquals(1, builds().size(), "bench does not go into training");
    touch(root.resolve("kernels/src/main/java/A.java"));
    run("doctor");
    assertEquals(2, builds().size(), builds().toString());
    assertTrue(builds().getLast().contains("-pl training -am package"), builds().toString());
  }

  @Test
  void aNewTestDoesNotBuild() throws Exception {
    run("doctor");
    Files.createDirectories(root.resolve("engine/src/test/java"));
    touch(Files.writeString(root.resolve("engine/src/test/java/T.java"), "class T {}"));
    run("doctor");
    assertEquals(1, builds().size(), builds().toString());
  }

  @Test
  void aBrokenBuildIsToldAndTriedAgain() throws Exception {
    Files.writeString(root.resolve("broken"), "");
    var ran = run("doctor");
    assertEquals(1, ran.code);
    assertTrue(ran.err.contains("the sources do not compile"), ran.err);
    assertTrue(ran.err.contains("mien: the build failed; all of Maven's words are in " + root
        + "/training/target/mien-build.log"), ran.err);
    Files.delete(root.resolve("broken"));
    assertEquals(7, run("doctor").code);
  }

  @Test
  void benchRunsOnTheClassPath() throws Exception {
    var ran = run("bench", "Gemm");
    assertEquals(7, ran.code);
    assertTrue(ran.out.contains("<--add-modules><jdk.incubator.vector><-cp><" + root + "/bench/target/mien-bench-0.1.0.jar:"),
        ran.out);
    assertTrue(ran.out.strip().endsWith("<dev.mien.bench.BenchMain><Gemm>"), ran.out);
    assertTrue(builds().getLast().contains("-pl bench -am package"), builds().toString());
  }

  @Test
  void anOlderJdkIsNotTaken() throws Exception {
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    script(jdk.resolve("bin/java"), "#!/bin/bash\nexit 99\n");
    var builder = new ProcessBuilder("bash", "-c", "source <(sed -n '/^is_jdk()/,/^}/p' \"$1\"); is_jdk \"$2\"", "-",
        launcher().toString(), jdk.toString());
    assertEquals(1, builder.start().waitFor());
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
    assertEquals(0, builder.start().waitFor());
  }
}
