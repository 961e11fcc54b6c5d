package dev.mien.bench.suites;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Tests that were skipped in a build, read from the reports that Surefire leaves in every module, and what they lacked. */
final class SkippedSuites {
  /** What a suite can lack, and the words that tell of it in the message with which the suite skips itself. */
  private record Need(String name, List<String> words) {}

  /** The first that fits counts. A width that was emulated is no lack of vectors: its code was checked, its speed was not. */
  private static final List<Need> LACKING = List.of(
      new Need("width", List.of("emulated")),
      new Need("data", List.of("shared/data")),
      new Need("opencl", List.of("opencl")),
      new Need("vector", List.of("vector", "-bit")));

  private final TreeMap<String, TreeMap<String, Integer>> byNeed = new TreeMap<>();
  private int ran;
  private int skipped;

  private SkippedSuites() {}

  /** Reads the reports of the modules whose test classes still exist. */
  static SkippedSuites of(List<Path> modules) throws Exception {
    var found = new SkippedSuites();
    for (var module : modules) {
      for (var report : reports(module.resolve("target/surefire-reports"))) {
        found.read(module, parse(report));
      }
    }
    return found;
  }

  private static List<Path> reports(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.newDirectoryStream(folder, "TEST-*.xml")) {
      var list = new ArrayList<Path>();
      files.forEach(list::add);
      list.sort(null);
      return list;
    }
  }

  private static Document parse(Path report) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(report.toFile());
  }

  private void read(Path module, Document report) {
    var cases = report.getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      var test = (Element) cases.item(i);
      String suite = test.getAttribute("classname");
      // A suite that runs several times carries the name of the run in brackets.
      String type = suite.replaceFirst("\\(.*", "");
      if (!Files.exists(module.resolve("target/test-classes").resolve(type.replace('.', '/') + ".class"))) {
        continue;
      }
      var skip = test.getElementsByTagName("skipped");
      if (skip.getLength() == 0) {
        ran++;
      } else {
        skipped++;
        String message = reason((Element) skip.item(0));
        String line = suite + ": " + (message.isBlank() ? "no reason given" : message.lines().findFirst().orElseThrow());
        byNeed.computeIfAbsent(need(message), n -> new TreeMap<>()).merge(line, 1, Integer::sum);
      }
    }
  }

  /** The message of a condition, or of an assumption that did not hold, which Surefire gives as the first line of the trace. */
  private static String reason(Element skip) {
    String message = skip.getAttribute("message");
    String trace = message.isBlank() ? skip.getTextContent().strip() : "";
    return trace.isEmpty() ? message : trace.lines().findFirst().orElseThrow().replaceFirst("^[\\w.$]+: (Assumption failed: )?", "");
  }

  private static String need(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return LACKING.stream().filter(n -> n.words.stream().anyMatch(text::contains)).map(Need::name).findFirst().orElse("other");
  }

  int ran() {
    return ran;
  }

  int skipped() {
    return skipped;
  }

  /** What was required, as a list with commas, and lacked all the same. */
  List<String> missing(String required) {
    var names = new TreeSet<>(List.of((required == null ? "" : required).strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*")));
    names.removeIf(String::isEmpty);
    var known = LACKING.stream().map(Need::name).sorted().toList();
    for (var name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("MIEN_REQUIRE names '" + name + "'; it knows " + known);
      }
    }
    return names.stream().filter(byNeed::containsKey).toList();
  }

  /** The closing lines of {@code mvn verify}. */
  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(ran + " tests ran" + (skipped == 0 ? ", none was skipped" : ", " + skipped + " skipped themselves:"));
    byNeed.forEach((need, suites) -> suites.forEach((line, count) ->
        lines.add("  lacking " + need + ": " + line + (count > 1 ? " (" + count + " tests)" : ""))));
    return lines;
  }
}
