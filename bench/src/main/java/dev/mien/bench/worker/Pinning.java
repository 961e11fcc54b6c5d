package dev.mien.bench.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One thread to one core: a process of n threads is started on the first n cores this process may use, where {@code taskset} is. */
public final class Pinning {
  private Pinning() {}

  /** The words before a command that pin it; none where that is not possible. */
  public static List<String> prefix(int threads) {
    var cores = cores();
    if (cores.size() < threads || !onPath("taskset")) {
      return List.of();
    }
    return List.of("taskset", "-c", String.join(",", cores.subList(0, threads).stream().map(String::valueOf).toList()));
  }

  /** Why workers are not pinned; null when they are. */
  public static String obstacle(int threads) {
    if (!onPath("taskset")) {
      return "not pinned: there is no taskset on this system";
    }
    int cores = cores().size();
    return cores >= threads ? null : "not pinned: " + threads + " threads asked for, this process may use " + cores + " cores";
  }

  static boolean onPath(String program) {
    String path = System.getenv("PATH");
    return path != null && Stream.of(path.split(java.io.File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** One logical processor of each core that this process may use, in order. */
  private static List<Integer> cores() {
    var found = new ArrayList<Integer>();
    Set<Integer> siblings = new HashSet<>();
    for (int cpu : list(line(Path.of("/proc/self/status"), "Cpus_allowed_list:"))) {
      if (siblings.add(cpu)) {
        found.add(cpu);
        siblings.addAll(list(line(Path.of("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list"), "")));
      }
    }
    return found;
  }

  private static String line(Path file, String key) {
    try {
      return Files.readAllLines(file).stream().filter(l -> l.startsWith(key)).map(l -> l.substring(key.length()).strip()).findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /** {@code 0-2,5} as numbers. */
  static List<Integer> list(String text) {
    var numbers = new ArrayList<Integer>();
    for (var part : text.isEmpty() ? new String[0] : text.split(",")) {
      var ends = part.split("-");
      for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
        numbers.add(i);
      }
    }
    return numbers;
  }
}
