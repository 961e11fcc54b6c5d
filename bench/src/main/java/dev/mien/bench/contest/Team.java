package dev.mien.bench.contest;

import dev.mien.bench.mien.Ours;
import dev.mien.bench.work.Contestant;
import dev.mien.bench.worker.WorkerProcess;
import dev.mien.bench.worker.WorkerProcess.Failed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** One process for each contestant, at one number of threads. A process that dies is started again, once for each work. */
final class Team implements AutoCloseable {
  private static final double COPY_SECONDS = 0.4;
  private final int threads;
  private final Settings settings;
  private final Consumer<String> notes;
  private final Map<String, WorkerProcess> workers = new LinkedHashMap<>();
  private final Map<String, String> absent = new LinkedHashMap<>();
  private final Map<String, String> titles = new LinkedHashMap<>();
  private double copyGigabytesPerSecond = Double.NaN;

  /**
   * Starts them; a peer that cannot be loaded is noted with its reason and stays away.
   *
   * @throws Failed when our own engine does not start
   */
  Team(int threads, Settings settings, Consumer<String> notes) throws Failed {
    this.threads = threads;
    this.settings = settings;
    this.notes = notes;
    for (var name : names(settings.peers())) {
      try {
        var worker = start(name);
        workers.put(name, worker);
        titles.put(name, worker.title());
        if (name.equals(Ours.NAME)) {
          copyGigabytesPerSecond = worker.value("copy " + COPY_SECONDS);
        }
      } catch (Failed e) {
        if (name.equals(Ours.NAME)) {
          throw e;
        }
        absent.put(name, e.getMessage());
        notes.accept("peer " + name + " cannot be loaded and is left out: " + e.getMessage());
      }
    }
  }

  /** Ours first, then the peers that are declared on the class path. */
  static List<String> names(boolean peers) {
    var names = new ArrayList<>(List.of(Ours.NAME));
    if (peers) {
      ServiceLoader.load(Contestant.class).forEach(c -> names.add(c.name()));
    }
    return names;
  }

  WorkerProcess start(String name) throws Failed {
    return start(name, List.of());
  }

  /** A process of its own for a contestant, with further options of the JVM. */
  WorkerProcess start(String name, List<String> options) throws Failed {
    var java = new ArrayList<>(options);
    java.addAll(name.equals(Ours.NAME) ? settings.ourJava() : settings.peerJava());
    return WorkerProcess.start(name, threads, java);
  }

  int threads() {
    return threads;
  }

  /** Of our device, measured once. */
  double copyGigabytesPerSecond() {
    return copyGigabytesPerSecond;
  }

  /** Who is there, in order. */
  List<String> present() {
    return List.copyOf(workers.keySet());
  }

  /** Who could not be loaded, and why. */
  Map<String, String> absent() {
    return absent;
  }

  /** Names and versions. */
  Map<String, String> titles() {
    return titles;
  }

  /** The process of a contestant, started again when it has died. */
  WorkerProcess worker(String name) throws Failed {
    var worker = workers.get(name);
    if (!worker.isAlive()) {
      notes.accept("the process of " + name + " has ended and is started again");
      worker.close();
      worker = start(name);
      workers.put(name, worker);
    }
    return worker;
  }

  @Override
  public void close() {
    workers.values().forEach(WorkerProcess::close);
  }
}
