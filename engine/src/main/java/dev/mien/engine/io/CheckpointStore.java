package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.kernels.files.FileLayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The checkpoints of one run in one folder: {@code step-N.safetensors} for the last few steps, {@code best.safetensors}, and
 * {@code manifest.json} that names the newest with its checksum. At every moment, also of a power cut, the folder holds a whole
 * checkpoint once one was saved: an old one goes only after the new one and the manifest are on the medium. Not thread-safe.
 *
 * <pre>{@code
 * var store = CheckpointStore.open(run.resolve("checkpoints"), 2);
 * store.save(step, net, optimizer, loader);
 * store.loadNewest(System.err::println).ifPresent(saved -> Checkpoint.restore(saved.state(), net, optimizer, loader));
 * }</pre>
 */
public final class CheckpointStore {
  /** How many steps are kept when nothing else is said. */
  public static final int DEFAULT_KEEP = 2;

  private static final Pattern STEP_FILE = Pattern.compile("step-(\\d{18})\\.safetensors");
  private static final long MAX_STEP = 999_999_999_999_999_999L;
  private static final String BEST = "best.safetensors";
  private static final String MANIFEST = "manifest.json";
  private static final String MANIFEST_FORMAT = "mien-checkpoints";
  private static final int MAX_MANIFEST_BYTES = 64 << 10;

  private final FileLayer layer;
  private final Path directory;
  private final int keep;

  /**
   * A checkpoint that was found whole.
   *
   * @param step the step it was saved at
   * @param file where it lies
   * @param state for {@link Checkpoint#restore}
   */
  public record Saved(long step, Path file, StateMap state) {}

  private record Named(String file, String sha256) {}

  private CheckpointStore(FileLayer layer, Path directory, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("[checkpoint] keep is " + keep + ", at least one checkpoint must be kept");
    }
    this.layer = layer;
    this.directory = directory;
    this.keep = keep;
  }

  /** Opens a folder and removes temp files that a dead run left; a folder that is not there is made by the first save. */
  public static CheckpointStore open(Path directory, int keep) {
    return open(FileLayer.SYSTEM, directory, keep);
  }

  public static CheckpointStore open(Path directory) {
    return open(directory, DEFAULT_KEEP);
  }

  static CheckpointStore open(FileLayer layer, Path directory, int keep) {
    var store = new CheckpointStore(layer, directory, keep);
    DurableFiles.cleanStale(layer, directory);
    return store;
  }

  /** Saves parts under their own names as the newest checkpoint. */
  public Path save(long step, Stateful... parts) {
    return save(step, Checkpoint.collect(Checkpoint.named(parts)));
  }

  /** Saves parts under given names as the newest checkpoint. */
  public Path save(long step, Map<String, ? extends Stateful> parts) {
    return save(step, Checkpoint.collect(parts));
  }

  /**
   * Saves a state as the newest checkpoint, then removes the older ones beyond those to keep, and any of later steps: they belong
   * to a continuation that was given up.
   *
   * @return the file
   * @throws MienException when it cannot be saved; what was loadable before still is
   */
  public Path save(long step, StateMap state) {
    if (step < 0 || step > MAX_STEP) {
      throw new IllegalArgumentException("[checkpoint] step " + step + " is not in 0.." + MAX_STEP);
    }
    String name = String.format("step-%018d.safetensors", step);
    String sha256 = write(name, step, state);
    var newest = new LinkedHashMap<String, Object>();
    newest.put("file", name);
    newest.put("step", step);
    newest.put("sha256", sha256);
    var manifest = new LinkedHashMap<String, Object>();
    manifest.put("format", MANIFEST_FORMAT);
    manifest.put("version", CheckpointFormat.VERSION);
    manifest.put("newest", newest);
    byte[] json = (StrictJson.write(JsonValue.of(manifest)) + "\n").getBytes(StandardCharsets.UTF_8);
    DurableFiles.write(layer, directory.resolve(MANIFEST), out -> out.write(json));
    removeBeyond(step);
    return directory.resolve(name);
  }

  /** Saves parts under their own names in the place for the best checkpoint, which is never removed, only replaced. */
  public Path saveBest(long step, Stateful... parts) {
    return saveBest(step, Checkpoint.collect(Checkpoint.named(parts)));
  }

  /** Saves a state in the place for the best checkpoint. */
  public Path saveBest(long step, StateMap state) {
    write(BEST, step, state);
    return directory.resolve(BEST);
  }

  private String write(String name, long step, StateMap state) {
    Checkpoint.requireFinite(state);
    makeDirectory();
    var encoded = CheckpointFormat.encode(state, step);
    DurableFiles.write(layer, directory.resolve(name), encoded::writeTo);
    return encoded.sha256();
  }

  private void makeDirectory() {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
        layer.forceDirectory(directory.toAbsolutePath().getParent());
      }
    } catch (IOException e) {
      throw DurableFiles.failure("create", directory, e);
    }
  }

  private void removeBeyond(long newestStep) {
    int kept = 0;
    for (Path file : stepFiles()) {
      if (stepOf(file) > newestStep || ++kept > keep) {
        try {
          layer.delete(file);
        } catch (IOException e) {
          throw DurableFiles.failure("delete", file, e);
        }
      }
    }
  }

  /**
   * The newest checkpoint that is whole. {@code skipped} gets one sentence for each newer one that is not, and for a manifest
   * that is missing or wrong.
   *
   * @return empty when nothing was ever saved here
   * @throws FormatException when there are checkpoints, or traces of them, but none is whole; the message holds all reasons
   */
  public Optional<Saved> loadNewest(Consumer<String> skipped) {
    var files = stepFiles();
    var reasons = new ArrayList<String>();
    Consumer<String> note = reason -> {
      reasons.add(reason);
      skipped.accept(reason);
    };
    var named = readManifest(note, !files.isEmpty());
    if (named != null && files.stream().noneMatch(f -> f.getFileName().toString().equals(named.file()))) {
      note.accept("[checkpoint] " + directory.resolve(named.file()) + " is the newest by " + MANIFEST + ", but is missing");
    }
    for (Path file : files) {
      try {
        var decoded = CheckpointFormat.read(file);
        if (decoded.step() != stepOf(file)) {
          throw new FormatException("[checkpoint] " + file + " holds step " + decoded.step() + ": was it renamed?");
        }
        if (named != null && named.file().equals(file.getFileName().toString()) && !named.sha256().equals(decoded.sha256())) {
          skipped.accept("[checkpoint] " + file + " is whole, but another one than " + MANIFEST + " names: it was saved again");
        }
        return Optional.of(new Saved(decoded.step(), file, decoded.state()));
      } catch (MienException e) {
        note.accept("skipped " + e.getMessage());
      }
    }
    if (reasons.isEmpty()) {
      return Optional.empty();
    }
    throw new FormatException("[checkpoint] no usable checkpoint in " + directory + ": " + String.join("; ", reasons));
  }

  /**
   * The best checkpoint, or empty when none was saved.
   *
   * @throws FormatException when it is damaged
   */
  public Optional<Saved> loadBest() {
    Path file = directory.resolve(BEST);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    var decoded = CheckpointFormat.read(file);
    return Optional.of(new Saved(decoded.step(), file, decoded.state()));
  }

  private Named readManifest(Consumer<String> note, boolean isExpected) {
    Path file = directory.resolve(MANIFEST);
    if (!Files.exists(file)) {
      if (isExpected) {
        note.accept("[checkpoint] " + file + " is missing: looking at the files themselves");
      }
      return null;
    }
    try {
      if (!(StrictJson.read(file.toString(), DurableFiles.read(file, MAX_MANIFEST_BYTES)) instanceof JsonValue.Object manifest)
          || !manifest.string("format").equals(MANIFEST_FORMAT) || manifest.integer("version") != CheckpointFormat.VERSION) {
        throw new FormatException("it is not of format " + MANIFEST_FORMAT + " version " + CheckpointFormat.VERSION);
      }
      var newest = manifest.object("newest");
      String name = newest.string("file");
      if (!STEP_FILE.matcher(name).matches()) {
        throw new FormatException("it names a file " + StrictJson.quoteShort(name));
      }
      return new Named(name, newest.string("sha256"));
    } catch (MienException e) {
      note.accept("[checkpoint] " + file + " is of no use (" + e.getMessage() + "): looking at the files themselves");
      return null;
    }
  }

  /** Newest first. */
  private List<Path> stepFiles() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var entries = Files.list(directory)) {
      return entries.filter(p -> STEP_FILE.matcher(p.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(CheckpointStore::stepOf).reversed()).toList();
    } catch (IOException e) {
      throw DurableFiles.failure("list", directory, e);
    }
  }

  private static long stepOf(Path file) {
    var match = STEP_FILE.matcher(file.getFileName().toString());
    if (!match.matches()) {
      throw new IllegalArgumentException(file + " is no checkpoint of a step");
    }
    return Long.parseLong(match.group(1));
  }
}
