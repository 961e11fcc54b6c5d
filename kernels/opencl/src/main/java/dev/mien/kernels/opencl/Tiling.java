package dev.mien.kernels.opencl;

import dev.mien.kernels.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * How many results an item of a product computes along each side of its tile: what a tuner found best for shapes of this size, otherwise a
 * rule. The choice does not show in the bits: each result is one chain whatever its tile. {@code -Dmien.opencl.tile=2|4|8} asks for one size.
 */
final class Tiling {
  /** Items along a side of a tile. */
  static final int SIDE = 16;
  static final int DEFAULT = 4;
  static final int[] CANDIDATES = {2, 4, 8};
  private static final System.Logger LOG = System.getLogger(Tiling.class.getName());
  private static final Pattern ENTRY = Pattern.compile("\\s*\"([a-z_]+ \\d+x\\d+x\\d+)\": (\\d),?");
  /** Large tiles are taken where there are so many of them for each compute unit. */
  private static final int TILES_PER_UNIT = 2;

  private final ClDevice device;
  private final String kind;
  private final Path file;
  private final Map<String, Integer> tuned = new ConcurrentHashMap<>();
  private volatile int forced = Integer.getInteger("mien.opencl.tile", 0);

  /** A product of m x k and k x n, {@code batch} times, in a kernel of {@code dense.cl}. */
  record Product(String kernel, long m, long n, long k, long batch) {
    /** Shapes within a factor of two of each other share one. */
    String key() {
      return kernel + ' ' + bits(m) + 'x' + bits(n * batch) + 'x' + bits(k);
    }

    private static int bits(long extent) {
      return 64 - Long.numberOfLeadingZeros(Math.max(1, extent) - 1);
    }
  }

  /** With what was found for the device's plain kernels before. */
  Tiling(ClDevice device) {
    this(device, "");
  }

  /** @param kind stands in front of the names of kernels that are not the plain ones */
  Tiling(ClDevice device, String kind) {
    this.device = device;
    this.kind = kind;
    var folder = ProgramCache.folder();
    this.file = folder == null ? null : folder.resolve("tiles-" + ProgramCache.hash(device.name() + device.driver()) + ".json");
    read();
  }

  int each(Product p) {
    if (forced != 0) {
      return Arrays.binarySearch(CANDIDATES, forced) >= 0 ? forced : DEFAULT;
    }
    Integer found = tuned.get(kind + p.key());
    return found != null ? found : rule(p);
  }

  /** Without a tuner: large tiles on a GPU where there are results enough for all of it. */
  private int rule(Product p) {
    int large = SIDE * 8;
    boolean enough = p.m >= large && p.m / large * (p.n / large) * p.batch >= (long) TILES_PER_UNIT * device.units();
    return device.gpu() && enough ? 8 : DEFAULT;
  }

  /** Candidates, the most promising first: padding, rounds over the device's units, and how often an operand is used once it is loaded. */
  int[] ranked(Product p) {
    return Arrays.stream(CANDIDATES).boxed().sorted((a, b) -> Double.compare(cost(p, a), cost(p, b))).mapToInt(Integer::intValue).toArray();
  }

  private double cost(Product p, int each) {
    double side = SIDE * each;
    double tiles = Math.ceil(p.m / side) * Math.ceil(p.n / side) * p.batch;
    double rounds = Math.ceil(tiles / device.units());
    return rounds * side * side * (each + 2.0) / each;
  }

  /** For the tuner: this size whatever the shape; 0 ends it. */
  void force(int each) {
    forced = each;
  }

  void choose(Product p, int each) {
    tuned.put(kind + p.key(), each);
  }

  private void read() {
    if (file == null || !Files.isRegularFile(file)) {
      return;
    }
    try {
      var found = new TreeMap<String, Integer>();
      var lines = Files.readAllLines(file);
      boolean sound = lines.size() > 3 && lines.getFirst().equals("{") && lines.getLast().equals("}");
      for (var line : lines) {
        var entry = ENTRY.matcher(line);
        if (entry.matches()) {
          int each = Integer.parseInt(entry.group(2));
          sound &= Arrays.binarySearch(CANDIDATES, each) >= 0;
          found.put(entry.group(1), each);
        }
      }
      if (sound) {
        tuned.putAll(found);
      } else {
        LOG.log(System.Logger.Level.WARNING, "the tuned tiles in {0} are damaged and not used; run mien tune again", file);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the tuned tiles in " + file + " cannot be read and are not used", e);
    }
  }

  /** Keeps what was chosen; answers where, or null where nothing is kept. */
  Path write() throws IOException {
    if (file == null) {
      return null;
    }
    var text = new StringBuilder("{\n  \"device\": \"" + quoted(device.name()) + "\",\n  \"driver\": \"" + quoted(device.driver())
        + "\",\n  \"tiles\": {\n");
    var entries = new TreeMap<>(tuned).entrySet().stream().map(e -> "    \"" + e.getKey() + "\": " + e.getValue()).toList();
    text.append(String.join(",\n", entries)).append("\n  }\n}\n");
    Files.createDirectories(file.getParent());
    AtomicFiles.writeString(file, text.toString());
    return file;
  }

  private static String quoted(String text) {
    return text.replaceAll("[\\\\\"\\p{Cntrl}]", "?");
  }
}
