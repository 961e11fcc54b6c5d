package dev.mien.engine.io;

import dev.mien.kernels.files.FileLayer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A disk of one directory that forgets what was never forced (the idea of LevelDB's fault_injection_test). It does everything for
 * real as well, and keeps a log; {@link #crashStates} then gives every content the directory may have after a power cut behind
 * the first {@code n} calls: each directory change since the last forceDirectory kept or dropped by itself, contents never forced
 * whole, half, empty or zeros.
 */
final class SimulatedDisk implements FileLayer {
  private sealed interface Op {}

  /** A name starts to mean these contents, and another, if any, to mean nothing. */
  private record Link(String name, Inode inode, String freed) implements Op {}

  private record Unlink(String name) implements Op {}

  private record Append(Inode inode, byte[] data) implements Op {}

  private record Force(Inode inode) implements Op {}

  private record ForceDirectory() implements Op {}

  private static final class Inode {}

  private final Path directory;
  private final List<Op> log = new ArrayList<>();
  private final Map<String, Inode> names = new HashMap<>();

  SimulatedDisk(Path directory) {
    this.directory = directory;
  }

  /** Calls so far. */
  int calls() {
    return log.size();
  }

  @Override
  public Output create(Path file) throws IOException {
    Files.createFile(file);
    var inode = new Inode();
    names.put(name(file), inode);
    log.add(new Link(name(file), inode, null));
    return new Output() {
      @Override
      public void write(byte[] data, int offset, int length) throws IOException {
        var copy = Arrays.copyOfRange(data, offset, offset + length);
        Files.write(file, copy, StandardOpenOption.APPEND);
        log.add(new Append(inode, copy));
      }

      @Override
      public void force() {
        log.add(new Force(inode));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void move(Path source, Path target) throws IOException {
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    var inode = names.remove(name(source));
    names.put(name(target), inode);
    log.add(new Link(name(target), inode, name(source)));
  }

  @Override
  public void forceDirectory(Path forced) {
    if (forced.toAbsolutePath().equals(directory.toAbsolutePath())) {
      log.add(new ForceDirectory());
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
    names.remove(name(file));
    log.add(new Unlink(name(file)));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private enum Lost { NOTHING, HALF, ALL, ZEROS }

  /** Every directory content that a power cut after the first {@code calls} may leave. */
  void crashStates(int calls, Consumer<Map<String, byte[]>> visitor) {
    var durable = new ArrayList<Op>();
    var pending = new ArrayList<Op>();
    var written = new HashMap<Inode, ByteArrayOutputStream>();
    var forced = new HashMap<Inode, Integer>();
    for (Op op : log.subList(0, calls)) {
      switch (op) {
        case Link l -> pending.add(l);
        case Unlink u -> pending.add(u);
        case Append a -> written.computeIfAbsent(a.inode(), i -> new ByteArrayOutputStream()).writeBytes(a.data());
        case Force f -> forced.put(f.inode(), size(written, f.inode()));
        case ForceDirectory f -> {
          durable.addAll(pending);
          pending.clear();
        }
      }
    }
    boolean isTorn = written.keySet().stream().anyMatch(i -> forced.getOrDefault(i, 0) < size(written, i));
    for (int subset = 0; subset < 1 << pending.size(); subset++) {
      var kept = new ArrayList<>(durable);
      for (int i = 0; i < pending.size(); i++) {
        if ((subset >> i & 1) != 0) {
          kept.add(pending.get(i));
        }
      }
      for (var lost : isTorn ? Lost.values() : new Lost[] {Lost.NOTHING}) {
        visitor.accept(contents(kept, written, forced, lost));
      }
    }
  }

  private static int size(Map<Inode, ByteArrayOutputStream> written, Inode inode) {
    return written.containsKey(inode) ? written.get(inode).size() : 0;
  }

  private static Map<String, byte[]> contents(
      List<Op> kept, Map<Inode, ByteArrayOutputStream> written, Map<Inode, Integer> forced, Lost lost) {
    var linked = new TreeMap<String, Inode>();
    for (Op op : kept) {
      switch (op) {
        case Link l -> {
          linked.put(l.name(), l.inode());
          if (l.freed() != null) {
            linked.remove(l.freed());
          }
        }
        case Unlink u -> linked.remove(u.name());
        default -> throw new AssertionError(op);
      }
    }
    var files = new TreeMap<String, byte[]>();
    linked.forEach((name, inode) -> {
      byte[] all = written.containsKey(inode) ? written.get(inode).toByteArray() : new byte[0];
      int safe = forced.getOrDefault(inode, 0);
      int loose = all.length - safe;
      files.put(name, switch (lost) {
        case NOTHING -> all;
        case HALF -> Arrays.copyOf(all, safe + loose / 2);
        case ALL -> Arrays.copyOf(all, safe);
        case ZEROS -> Arrays.copyOf(Arrays.copyOf(all, safe), all.length);
      });
    });
    return files;
  }

  /** A disk whose calls fail from a chosen one on; nothing is ever forced, so that thousands of runs are quick. */
  static final class Failing implements FileLayer {
    /** How a call goes wrong. */
    enum Mode { NO_SPACE_ONCE, IO_ERROR_ONCE, SHORT_WRITE_ONCE, DEAD_FROM_THEN_ON }

    private final int failAt;
    private final Mode mode;
    private int calls;
    private IOException thrown;

    /** @param failAt the number of the failing call, from 1; 0 for none */
    Failing(int failAt, Mode mode) {
      this.failAt = failAt;
      this.mode = mode;
    }

    int calls() {
      return calls;
    }

    /** The first exception that was thrown, or null. */
    IOException thrown() {
      return thrown;
    }

    private boolean fails() {
      calls++;
      return failAt > 0 && (calls == failAt || mode == Mode.DEAD_FROM_THEN_ON && calls > failAt);
    }

    private void step() throws IOException {
      if (fails()) {
        throw failure();
      }
    }

    private IOException failure() {
      var e = new IOException(mode == Mode.NO_SPACE_ONCE ? "No space left on device" : "Input/output error");
      thrown = thrown == null ? e : thrown;
      return e;
    }

    @Override
    public Output create(Path file) throws IOException {
      step();
      Files.createFile(file);
      return new Output() {
        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
          boolean fails = fails();
          int done = fails ? mode == Mode.SHORT_WRITE_ONCE ? length / 2 : 0 : length;
          Files.write(file, Arrays.copyOfRange(data, offset, offset + done), StandardOpenOption.APPEND);
          if (fails) {
            throw failure();
          }
        }

        @Override
        public void force() throws IOException {
          step();
        }

        @Override
        public void close() throws IOException {
          step();
        }
      };
    }

    @Override
    public void move(Path source, Path target) throws IOException {
      step();
      if (!Files.exists(source)) {
        throw new NoSuchFileException(source.toString());
      }
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      step();
    }

    @Override
    public void delete(Path file) throws IOException {
      step();
      Files.deleteIfExists(file);
    }
  }
}
