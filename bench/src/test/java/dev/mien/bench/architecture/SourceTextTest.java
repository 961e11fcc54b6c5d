package dev.mien.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that class files do not tell: operators of vector methods, and sizes of files. */
class SourceTextTest {
  private static final int MOST_LINES = 600;
  /** {@code reduceLanes} is safe only with operators that have one answer in any order. */
  private static final Pattern REDUCE = Pattern.compile("\\breduceLanes\\s*\\(\\s*(?!(VectorOperators\\.)?(MIN|MAX|AND|OR|XOR)\\b)");
  /** An operator in a variable hides what it is, so it must be named where it is used. */
  private static final Pattern LANEWISE = Pattern.compile("\\blanewise\\s*\\(\\s*(?!(VectorOperators\\.)?"
      + "(ABS|NEG|NOT|ADD|SUB|MUL|DIV|FMA|MIN|MAX|SQRT|AND|AND_NOT|OR|XOR|LSHL|LSHR|ASHR|ROL|ROR|BITWISE_BLEND|ZOMO)\\b)");

  @Test
  void vectorMethodsWhoseBitsDependOnTheJitAreNotUsed() {
    var found = new ArrayList<String>();
    for (var module : Repository.MODULES) {
      for (var part : List.of("main", "test")) {
        for (var file : Repository.sources(module, part)) {
          if (!file.endsWith("SourceTextTest.java")) {
            offences(String.join("\n", Repository.lines(file))).forEach(o -> found.add(Repository.root().relativize(file) + ": " + o));
          }
        }
      }
    }
    assertEquals(List.of(), found, "reduceLanes(ADD|MUL) and transcendental lanewise change bits as the JIT warms up; "
        + "sum through the 16 partial sums and use VectorMath");
  }

  @Test
  void theScanFindsThem() {
    assertEquals(List.of("reduceLanes(", "reduceLanes (", "lanewise(", "lanewise(\n"), offences("""
        v.reduceLanes(VectorOperators.ADD); v.reduceLanes (MUL); v.reduceLanes(MAX); v.lanewise(VectorOperators.EXP);
        v.lanewise(
        operator, w); v.lanewise(VectorOperators.LSHL, 2);"""));
  }

  @Test
  void noFileIsLongerThanSixHundredLines() {
    var found = new ArrayList<String>();
    for (var module : Repository.MODULES) {
      Stream.of("main", "test").flatMap(part -> Repository.sources(module, part).stream())
          .filter(f -> Repository.lines(f).size() > MOST_LINES)
          .forEach(f -> found.add(Repository.root().relativize(f) + " has " + Repository.lines(f).size() + " lines"));
    }
    assertEquals(List.of(), found, "split what is longer than " + MOST_LINES + " lines");
  }

  @Test
  void tableOfSizes() {
    var table = new StringBuilder(String.format(Locale.ROOT, "%n%-15s %10s %10s %10s %10s  %s%n", "module", "main files", "main lines",
        "test files", "test lines", "longest main file"));
    long total = 0;
    for (var module : Repository.MODULES) {
      var main = Repository.sources(module, "main");
      var test = Repository.sources(module, "test");
      var longest = main.stream().max(Comparator.comparingInt(f -> Repository.lines(f).size())).orElseThrow();
      table.append(String.format(Locale.ROOT, "%-15s %10d %10d %10d %10d  %s (%d)%n", module, main.size(), lines(main), test.size(),
          lines(test), longest.getFileName(), Repository.lines(longest).size()));
      total += lines(main);
    }
    System.out.println(table.append(String.format(Locale.ROOT, "%-15s %10s %10d%n", "all", "", total)));
  }

  private static long lines(List<Path> files) {
    return files.stream().mapToLong(f -> Repository.lines(f).size()).sum();
  }

  private static List<String> offences(String text) {
    return Stream.of(REDUCE, LANEWISE).flatMap(p -> p.matcher(text).results()).map(r -> r.group()).toList();
  }
}
