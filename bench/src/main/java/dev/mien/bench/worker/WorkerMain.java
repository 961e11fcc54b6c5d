package dev.mien.bench.worker;

import dev.mien.bench.mien.Ours;
import dev.mien.bench.work.Contestant;
import dev.mien.bench.work.Works;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * The process of one contestant: {@code WorkerMain NAME THREADS}. Reads a command a line and answers each with one line that begins with
 * {@value #MARK}, for an engine may print what it likes:
 *
 * <pre>
 *   prepare WORK   ok | unsupported REASON        the operands of a work; the one before is dropped
 *   warm           sample NANOS RUNS              runs until it gets no faster
 *   sample NANOS   sample NANOS RUNS              one sample of about that length
 *   flops          value FLOPS                    of the prepared work where only the engine knows
 *   peak SECONDS   value GFLOPS                   the multiply-add peak
 *   copy SECONDS   value GB_PER_SECOND            the bandwidth of a large copy
 *   resident       value MIB                      the most memory the process ever had
 *   release        ok
 * </pre>
 */
public final class WorkerMain {
  /** How an answer begins. */
  public static final String MARK = "@@ ";
  private static final double MIB_IN_KIB = 1024;

  private final Contestant.Session session;
  private Contestant.Run run;
  private Sampler sampler;

  private WorkerMain(Contestant.Session session) {
    this.session = session;
  }

  public static void main(String[] args) throws IOException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (var session = find(args[0]).open(Integer.parseInt(args[1]))) {
      out.println(MARK + "ready " + session.title());
      var worker = new WorkerMain(session);
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(MARK + worker.answer(line.split(" ")));
      }
      worker.release();
    } catch (Throwable e) { // a native library that is missing is an Error, and its name is what the report needs
      out.println(MARK + "failed " + reason(e));
    }
    System.exit(0); // engines leave threads behind
  }

  private static Contestant find(String name) {
    if (name.equals(Ours.NAME)) {
      return new Ours();
    }
    return ServiceLoader.load(Contestant.class).stream().map(ServiceLoader.Provider::get).filter(c -> c.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalStateException("no contestant named " + name + " is on the class path"));
  }

  private String answer(String[] command) {
    try {
      return switch (command[0]) {
        case "prepare" -> prepare(command[1]);
        case "warm" -> text(sampler.warmUp());
        case "sample" -> text(sampler.piece(Double.parseDouble(command[1])));
        case "flops" -> value(run.flops());
        case "peak" -> value(session.peakGflops(Double.parseDouble(command[1])));
        case "copy" -> value(session.copyGigabytesPerSecond(Double.parseDouble(command[1])));
        case "resident" -> value(resident());
        case "release" -> release();
        default -> "failed unknown command " + command[0];
      };
    } catch (UnsupportedOperationException e) {
      return "unsupported " + reason(e);
    } catch (Throwable e) { // out of memory or a link error belong to the row, not to the whole run
      return "failed " + reason(e);
    }
  }

  private String prepare(String work) throws Exception {
    release();
    run = session.prepare(Works.named(work));
    sampler = new Sampler(run);
    return "ok";
  }

  private String release() throws Exception {
    if (run != null) {
      run.close();
      run = null;
      sampler = null;
      System.gc(); // what the last work held should not be collected in the middle of the next
    }
    return "ok";
  }

  private static double resident() throws IOException {
    var status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      throw new UnsupportedOperationException("this system does not tell a process's peak resident set");
    }
    return Files.readAllLines(status).stream().filter(l -> l.startsWith("VmHWM"))
        .mapToDouble(l -> Double.parseDouble(l.replaceAll("\\D", "")) / MIB_IN_KIB).findFirst().orElse(Double.NaN);
  }

  private static String text(Sampler.Sample sample) {
    return String.format(Locale.ROOT, "sample %.1f %d", sample.nanos(), sample.runs());
  }

  private static String value(double value) {
    return "value " + value;
  }

  private static String reason(Throwable e) {
    var text = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      text.append(text.isEmpty() ? "" : ": ").append(t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage());
    }
    return text.toString().strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
