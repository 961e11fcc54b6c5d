package dev.mien.bench.contest;

import dev.mien.bench.mien.Ours;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Work;
import dev.mien.bench.worker.Turn;
import dev.mien.bench.worker.WorkerProcess;
import dev.mien.bench.worker.WorkerProcess.Failed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Works that take a fresh process for each number: the peak resident set of training, and the time from a cold start to a result. */
final class Launches {
  private static final int STEPS = 3;
  private static final int RESIDENT_ROUNDS = 1;

  private final Team team;
  private final Settings settings;
  private final Work work;
  private final Turn turn;
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  Launches(Team team, Settings settings, Work work, Turn turn) {
    this.turn = turn;
    this.team = team;
    this.settings = settings;
    this.work = work;
    missing.putAll(team.absent());
  }

  /** One number of one fresh process. */
  private interface Launch {
    double measure(String contestant) throws Failed;
  }

  Row run() throws IOException {
    switch (work.task()) {
      case Task.Resident r -> repeat(RESIDENT_ROUNDS, name -> resident(name, r.net()));
      case Task.ColdStart c -> {
        repeat(1, name -> coldStart(name, c.net(), true)); // writes the models, unpacks the natives and fills the file cache
        samples.clear();
        repeat(settings.rounds(), name -> coldStart(name, c.net(), false));
      }
      default -> throw new IllegalArgumentException(work.name());
    }
    return row();
  }

  private void repeat(int rounds, Launch launch) throws IOException {
    for (int i = 0; i < rounds; i++) {
      for (var name : team.present()) {
        if (missing.containsKey(name)) {
          continue;
        }
        turn.take();
        try {
          samples.computeIfAbsent(name, _ -> new ArrayList<>()).add(launch.measure(name));
        } catch (Failed e) {
          missing.put(name, e.getMessage());
          samples.remove(name);
        }
        turn.pause();
      }
    }
  }

  private double resident(String name, Task.Net net) throws Failed {
    try (var worker = team.start(name)) {
      worker.prepare(net.label());
      for (int i = 0; i < STEPS; i++) {
        worker.sample(1);
      }
      return worker.value("resident");
    }
  }

  private double coldStart(String name, Task.Net net, boolean first) throws Failed {
    long start = System.nanoTime();
    try (var worker = team.start(name, List.of("-Dmien.bench.models=" + settings.cache(), "-Dmien.bench.models.write=" + first))) {
      worker.prepare(net.label());
      worker.sample(1);
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private Row row() {
    var medians = new LinkedHashMap<String, Double>();
    samples.forEach((name, values) -> medians.put(name, Numbers.median(values)));
    double ours = medians.getOrDefault(Ours.NAME, Double.NaN);
    medians.remove(Ours.NAME);
    String peer = Rivals.best(work, medians);
    double peerMedian = peer == null ? Double.NaN : medians.get(peer);
    double oursBest = Numbers.least(samples.getOrDefault(Ours.NAME, List.of()));
    double peerBest = peer == null ? Double.NaN : Numbers.least(samples.get(peer));
    var rounded = new LinkedHashMap<String, List<Double>>();
    samples.forEach((name, values) -> rounded.put(name, values.stream().map(Numbers::rounded).toList()));
    var peers = new LinkedHashMap<String, Double>();
    medians.forEach((name, value) -> peers.put(name, Numbers.rounded(value)));
    int rounds = samples.values().stream().mapToInt(List::size).max().orElse(0);
    return new Row(work.name(), team.threads(), Numbers.rounded(ours), work.unit(), Numbers.rounded(peerMedian), peer,
        Numbers.rounded(peerMedian / ours), null, Numbers.rounded(oursBest), Numbers.rounded(peerBest), Numbers.rounded(peerBest / oursBest),
        null, null, null, rounds + "/" + rounds, rounded, peers, missing, settings.device(), null, null);
  }
}
