package dev.mien.models.face;

import dev.mien.engine.ops.TopK;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Exact search of a gallery: every face is compared with every probe. Thread-safe. Blocks of the gallery stay on the device as long as they
 * fit into the memory that was granted; the others are read again for each search, one at a time.
 */
public final class GallerySearch implements AutoCloseable {
  private final Gallery gallery;
  private final Device device;
  private final long memoryBytes;
  private final Map<GalleryBlock, Resident> resident = new IdentityHashMap<>();
  private long residentBytes;
  private int searching;
  private boolean closed;

  /** A block's rows on the device. */
  private record Resident(Tensor directions, Tensor scales, long bytes) {}

  GallerySearch(Gallery gallery, Device device, long memoryBytes) {
    this.gallery = gallery;
    this.device = device;
    this.memoryBytes = memoryBytes;
  }

  /**
   * The k faces most alike to each probe, the most alike first, of equal ones the one enrolled first; all of them when the gallery has fewer.
   *
   * @throws MienException when a probe is of another model than the gallery (names both), or k is not 1..1024
   */
  public List<List<GalleryMatch>> find(List<FaceEmbedding> probes, int k) {
    if (k < 1 || k > TopK.MOST) {
      throw new MienException("[gallery] " + k + " faces are asked for; expected 1 to " + TopK.MOST);
    }
    probes.forEach(gallery::requireModel);
    if (probes.isEmpty()) {
      return List.of();
    }
    var blocks = gallery.blocks();
    enter();
    try (var scope = device.scope()) {
      var queries = queries(scope, probes);
      var found = TopK.of(queries.directions, queries.scales, k);
      int first = 0;
      for (var block : blocks) {
        try (var inner = scope.nested()) {
          var rows = rows(block, inner);
          found.search(rows.directions, rows.scales, first);
        }
        first += block.rows();
      }
      return matches(found, blocks, probes.size(), k);
    } finally {
      leave();
    }
  }

  private static List<List<GalleryMatch>> matches(TopK found, List<GalleryBlock> blocks, int probes, int k) {
    float[] cosines = found.scores().download().floats();
    int[] indices = found.indices().download().ints();
    int[] begins = new int[blocks.size()];
    for (int b = 1; b < begins.length; b++) {
      begins[b] = begins[b - 1] + blocks.get(b - 1).rows();
    }
    var all = new ArrayList<List<GalleryMatch>>();
    for (int p = 0; p < probes; p++) {
      var mine = new ArrayList<GalleryMatch>();
      for (int i = p * k; i < (p + 1) * k && indices[i] >= 0; i++) {
        int at = Arrays.binarySearch(begins, indices[i]);
        int block = at >= 0 ? at : -at - 2;
        mine.add(new GalleryMatch(blocks.get(block).entries().get(indices[i] - begins[block]), cosines[i]));
      }
      all.add(List.copyOf(mine));
    }
    return all;
  }

  private Resident queries(Scope scope, List<FaceEmbedding> probes) {
    int d = gallery.features();
    var all = new float[probes.size() * d];
    for (int i = 0; i < probes.size(); i++) {
      System.arraycopy(probes.get(i).direction(), 0, all, i * d, d);
    }
    if (gallery.precision() == Gallery.Precision.FLOAT32) {
      return new Resident(scope.upload(HostTensor.of(all, probes.size(), d)), null, 0);
    }
    var rows = GalleryBlock.quantized(all, probes.size(), d);
    return new Resident(scope.upload(rows.directions()), scope.upload(rows.scales()), 0);
  }

  private synchronized void enter() {
    if (closed) {
      throw new IllegalStateException("this search was closed");
    }
    searching++;
  }

  /** The last one out forgets blocks that the gallery has no more. */
  private synchronized void leave() {
    searching--;
    if (searching == 0) {
      var now = new IdentityHashMap<GalleryBlock, Boolean>();
      gallery.blocks().forEach(b -> now.put(b, true));
      resident.entrySet().removeIf(e -> !now.containsKey(e.getKey()) && free(e.getValue()));
    }
  }

  private boolean free(Resident rows) {
    device.free(rows.directions);
    if (rows.scales != null) {
      device.free(rows.scales);
    }
    residentBytes -= rows.bytes;
    return true;
  }

  /** A block's rows: those kept, or read into this scope. */
  private synchronized Resident rows(GalleryBlock block, Scope scope) {
    var kept = resident.get(block);
    if (kept != null) {
      return kept;
    }
    var rows = block.data().get();
    long bytes = (long) block.rows() * (gallery.features() * (rows.scales() == null ? Float.BYTES : 1) + Float.BYTES);
    var directions = scope.upload(rows.directions());
    var scales = rows.scales() == null ? null : scope.upload(rows.scales());
    if (residentBytes + bytes > memoryBytes) {
      return new Resident(directions, scales, 0);
    }
    try (var outermost = device.scope()) {
      var stays = new Resident(outermost.keep(outermost.attach(directions)), scales == null ? null : outermost.keep(outermost.attach(scales)), bytes);
      resident.put(block, stays);
      residentBytes += bytes;
      return stays;
    }
  }

  /**
   * Gives the device's memory back.
   *
   * @throws IllegalStateException when a search is under way in another thread
   */
  @Override
  public synchronized void close() {
    if (searching > 0) {
      throw new IllegalStateException("a search is under way in another thread; let it end before this is closed");
    }
    closed = true;
    resident.values().forEach(this::free);
    resident.clear();
  }
}
