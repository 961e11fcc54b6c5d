package dev.mien.bench.contest;

import dev.mien.bench.mien.Ours;
import dev.mien.bench.work.Work;
import dev.mien.bench.worker.Turn;
import dev.mien.bench.worker.WorkerProcess;
import dev.mien.bench.worker.WorkerProcess.Failed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples one work: every contestant warms up, then in each round every contestant gives one sample, the first one changing from round
 * to round, with the multiply-add peak measured before and after each sample. A round counts when no peak in it was far below the best.
 */
final class Sampling {
  private static final double SAMPLE_NANOS = 40e6;
  private static final double PEAK_SECONDS = 0.015;
  private static final double LONG_NANOS = 1e9;
  private static final double UNDISTURBED = 0.85;
  /** How often more rounds than wanted are made where the machine is disturbed. */
  private static final double PATIENCE = 1.7;

  private final Team team;
  private final Settings settings;
  private final Work work;
  private final Turn turn;
  private final Map<String, WorkerProcess> ready = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();
  private final List<Round> rounds = new ArrayList<>();
  private double longest;
  private double flops;

  Sampling(Team team, Settings settings, Work work, Turn turn) {
    this.turn = turn;
    this.team = team;
    this.settings = settings;
    this.work = work;
    missing.putAll(team.absent());
    flops = work.flops();
  }

  /** One sample of each contestant in nanoseconds, and the peak beside it. */
  private record Round(Map<String, Double> nanos, Map<String, Double> peaks) {
    double lowestPeak() {
      return Numbers.least(List.copyOf(peaks.values()));
    }
  }

  Row run() throws IOException, Failed {
    for (var name : team.present()) {
      warmUp(name);
    }
    int wanted = longest > LONG_NANOS ? settings.longRounds() : settings.rounds();
    int most = (int) Math.ceil(wanted * PATIENCE);
    while (!ready.isEmpty() && rounds.size() < most && (rounds.size() < wanted || counted().size() < wanted)) {
      round();
    }
    for (var entry : ready.entrySet()) {
      entry.getValue().release();
    }
    return row();
  }

  private void warmUp(String name) throws IOException {
    try {
      var worker = team.worker(name);
      turn.take(); // drawing the weights of a net on a core disturbs whoever measures there
      worker.prepare(work.name());
      longest = Math.max(longest, worker.warmUp().nanos());
      if (name.equals(Ours.NAME) && Double.isNaN(flops)) {
        flops = worker.value("flops");
      }
      ready.put(name, worker);
      turn.pause();
    } catch (Failed e) {
      missing.put(name, e.getMessage());
    }
  }

  private void round() throws IOException {
    var names = new ArrayList<>(ready.keySet());
    Collections.rotate(names, -rounds.size());
    var nanos = new LinkedHashMap<String, Double>();
    var peaks = new LinkedHashMap<String, Double>();
    turn.take();
    double before = peak();
    for (var name : names) {
      try {
        nanos.put(name, ready.get(name).sample(SAMPLE_NANOS).nanos());
      } catch (Failed e) {
        missing.put(name, e.getMessage());
        ready.remove(name);
        continue;
      }
      double after = peak();
      peaks.put(name, (before + after) / 2);
      before = after;
    }
    turn.pause();
    rounds.add(new Round(nanos, peaks));
  }

  /** The peak, measured by our own process whether or not it can do the work. */
  private double peak() {
    try {
      return team.worker(Ours.NAME).value("peak " + PEAK_SECONDS);
    } catch (Failed e) {
      return Double.NaN;
    }
  }

  /** Undisturbed rounds; all where fewer than two are. */
  private List<Round> counted() {
    double best = rounds.stream().mapToDouble(Round::lowestPeak).max().orElse(0);
    return rounds.stream().filter(r -> r.lowestPeak() >= UNDISTURBED * best).toList();
  }

  private Row row() {
    var good = counted().size() >= 2 ? counted() : rounds;
    var samples = new LinkedHashMap<String, List<Double>>();
    var medians = new LinkedHashMap<String, Double>();
    for (var name : ready.keySet()) {
      var millis = good.stream().map(r -> r.nanos.get(name) / 1e6).toList();
      samples.put(name, millis.stream().map(Numbers::rounded).toList());
      medians.put(name, Numbers.median(millis));
    }
    Double ours = medians.remove(Ours.NAME);
    String peer = Rivals.best(work, medians);
    double oursBest = ours == null ? Double.NaN : best(good, Ours.NAME);
    double peerBest = peer == null ? Double.NaN : best(good, peer);
    double peerMedian = peer == null ? Double.NaN : medians.get(peer);
    double our = ours == null ? Double.NaN : ours;
    var rounded = new LinkedHashMap<String, Double>();
    medians.forEach((name, value) -> rounded.put(name, Numbers.rounded(value)));
    return new Row(work.name(), team.threads(), Numbers.rounded(our), work.unit(), Numbers.rounded(peerMedian), peer,
        Numbers.rounded(peerMedian / our), ours == null || flops == 0 ? null : Numbers.rounded(peakShare(good)),
        Numbers.rounded(oursBest), Numbers.rounded(peerBest), Numbers.rounded(peerBest / oursBest),
        ours == null || peer == null ? null : Numbers.rounded(normalized(good, peer)), ours == null ? null : Numbers.rounded(
            Numbers.median(good.stream().map(r -> r.peaks.get(Ours.NAME)).toList())),
        work.bytes() == 0 ? null : Numbers.rounded(work.bytes() / our / 1e6), good.size() + "/" + rounds.size(), samples, rounded, missing,
        settings.device(), ours == null || flops == 0 ? null : Numbers.rounded(flops / our / 1e6),
        work.bytes() == 0 ? null : Numbers.rounded(work.bytes() / our / 1e6 / team.copyGigabytesPerSecond()));
  }

  private static double best(List<Round> rounds, String name) {
    return Numbers.least(rounds.stream().map(r -> r.nanos.get(name) / 1e6).toList());
  }

  private double peakShare(List<Round> rounds) {
    return Numbers.median(rounds.stream().map(r -> flops / r.nanos.get(Ours.NAME) / r.peaks.get(Ours.NAME)).toList());
  }

  private static double normalized(List<Round> rounds, String peer) {
    return Numbers.median(rounds.stream().map(r -> r.nanos.get(peer) * r.peaks.get(peer) / (r.nanos.get(Ours.NAME) * r.peaks.get(Ours.NAME)))
        .toList());
  }
}
