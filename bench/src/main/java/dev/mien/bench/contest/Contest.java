package dev.mien.bench.contest;

import dev.mien.bench.work.Task;
import dev.mien.bench.work.Work;
import dev.mien.bench.worker.Turn;
import dev.mien.bench.worker.WorkerProcess.Failed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A whole run: every work at every number of threads. */
public final class Contest {
  private final Settings settings;
  private final Consumer<String> notes;
  private final Map<String, String> titles = new LinkedHashMap<>();
  private final Map<String, String> absent = new LinkedHashMap<>();

  /** @param notes takes what the user should know while it runs */
  public Contest(Settings settings, Consumer<String> notes) {
    this.settings = settings;
    this.notes = notes;
  }

  /**
   * Measures, and tells each row as it is done.
   *
   * @throws Failed when our own engine does not start
   */
  public List<Row> run(List<Work> works, List<Integer> threads, Consumer<Row> done) throws IOException, Failed {
    var rows = new ArrayList<Row>();
    for (int n : threads) {
      try (var turn = new Turn(settings.lock()); var team = team(n, turn)) {
        titles.putAll(team.titles());
        absent.putAll(team.absent());
        for (var work : works) {
          boolean launched = work.task() instanceof Task.Resident || work.task() instanceof Task.ColdStart;
          var row = launched ? new Launches(team, settings, work, turn).run() : new Sampling(team, settings, work, turn).run();
          rows.add(row);
          done.accept(row);
        }
      }
    }
    return rows;
  }

  /** Starting processes disturbs too. */
  private Team team(int threads, Turn turn) throws IOException, Failed {
    turn.take();
    return new Team(threads, settings, notes);
  }

  /** Who took part, with versions. */
  public Map<String, String> titles() {
    return titles;
  }

  /** Who could not be loaded, and why. */
  public Map<String, String> absent() {
    return absent;
  }
}
