package dev.mien.bench.jmh;

import dev.mien.bench.mien.OurRun;
import dev.mien.bench.mien.Ours;
import dev.mien.bench.work.Work;
import dev.mien.bench.work.Works;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the benchmarks share: a work by name on our own device, and after each iteration its rate beside the machine's peak. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx6g", "-XX:MaxNewSize=256m"})
public abstract class WorkBenchmark {
  private static final double PEAK_SECONDS = 0.2;

  /** Worker threads; 0 is one per processor. */
  @Param("1")
  public int threads;

  /** Where to compute. */
  @Param("cpu")
  public String device;

  private Ours.OurSession session;
  private OurRun run;
  private Work work;
  private double peakBefore;
  private long runs;
  private long nanos;

  /** The name of the work, a parameter of the class. */
  protected abstract String work();

  @Setup(Level.Trial)
  public void open() {
    session = new Ours(device).open(threads);
    work = Works.named(work());
    run = session.prepare(work);
  }

  @Setup(Level.Iteration)
  public void calibrate() {
    peakBefore = session.peakGflops(PEAK_SECONDS);
    runs = 0;
    nanos = 0;
  }

  /** The work, once. */
  @Benchmark
  public void run() {
    long start = System.nanoTime();
    run.run();
    nanos += System.nanoTime() - start;
    runs++;
  }

  @TearDown(Level.Iteration)
  public void report() {
    double peak = (peakBefore + session.peakGflops(PEAK_SECONDS)) / 2;
    double seconds = nanos / 1e9 / runs;
    if (work.flops() > 0) {
      System.out.printf(Locale.ROOT, " %.1f GFLOP/s, %.1f %% of the peak of %.0f%n", work.flops() / seconds / 1e9,
          100 * work.flops() / seconds / 1e9 / peak, peak);
    } else {
      System.out.printf(Locale.ROOT, " %.2f GB/s (peak %.0f GFLOP/s)%n", work.bytes() / seconds / 1e9, peak);
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    run.close();
    session.close();
  }
}
