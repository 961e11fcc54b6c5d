package dev.mien.bench;

import dev.mien.engine.nn.Init;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.models.backbone.ResNet;
import dev.mien.models.loss.AmrLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * How long is one training step (batch 8, AMR loss, SGD with momentum) on all cores, what share of the machine's multiply-add peak,
 * measured before and after each iteration, is that, and how much memory does it hold? Milliseconds a step; the rest is printed per
 * iteration.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 8)
@Measurement(iterations = 5, time = 6)
@Fork(value = 1, jvmArgsAppend = {"-Xmx4g", "-XX:MaxNewSize=256m", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=15"})
public class TrainingStep {
  private static final int BATCH = 8;

  /** A network and its input, with the multiply-adds of the stem and of the whole for one picture, 10^6. */
  public enum Work {
    RESNET18_112(112, 29.5, 485.3), RESNET18_224(224, 118.0, 1814.1), RESNET50_224(224, 118.0, 4089.2);

    private final int size;
    private final double stem;
    private final double whole;

    Work(int size, double stem, double whole) {
      this.size = size;
      this.stem = stem;
      this.whole = whole;
    }
  }

  @Param
  public Work work;

  /** Worker threads; 0 is one per processor. */
  @Param("0")
  public int threads;

  private Device device;
  private ResNet net;
  private Sgd sgd;
  private HostTensor images;
  private HostTensor labels;
  private double peakBefore;
  private long steps;
  private long nanos;

  @Setup(Level.Trial)
  public void open() {
    var rng = Rng.seed(1);
    device = Device.open("cpu", threads);
    var key = rng.split("init");
    net = (work == Work.RESNET50_224 ? ResNet.resnet50(101, key) : ResNet.resnet18(101, key)).to(device);
    sgd = new Sgd(net.parameters(), Sgd.learningRate(0.001).momentum(0.9).weightDecay(1e-4));
    images = Init.normal(rng.split("images"), 1, BATCH, 3, work.size, work.size);
    labels = HostTensor.of(new int[] {3, 14, 15, 92, 65, 35, 89, 79}, BATCH);
  }

  @Setup(Level.Iteration)
  public void calibrate() {
    peakBefore = device.calibrate(0.5).multiplyAddGflops();
    steps = 0;
    nanos = 0;
  }

  /** One step, from host images to changed weights. */
  @Benchmark
  public double step() {
    long began = System.nanoTime();
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(sgd.steps()));
      var loss = AmrLoss.paper().forward(net.forward(scope.upload(images), context), scope.upload(labels));
      double value = loss.item();
      sgd.step(loss.backward(), context);
      steps++;
      nanos += System.nanoTime() - began;
      return value;
    }
  }

  @TearDown(Level.Iteration)
  public void report() throws IOException {
    double peak = (peakBefore + device.calibrate(0.5).multiplyAddGflops()) / 2;
    // Forward, data gradient and weight gradient; the stem needs no data gradient.
    double gflop = 2e-3 * BATCH * (3 * work.whole - work.stem);
    double seconds = nanos / 1e9 / steps;
    System.out.printf(Locale.ROOT, " %.1f images/s, %.0f GFLOP/s, %.1f %% of the peak of %.0f GFLOP/s; tensors %d MiB at most, "
        + "resident set %s%n", BATCH / seconds, gflop / seconds, 100 * gflop / seconds / peak, peak, device.memory().peakBytes() >> 20,
        residentSet());
  }

  /** The most memory this process ever had, where the system tells. */
  private static String residentSet() throws IOException {
    var status = Path.of("/proc/self/status");
    return !Files.exists(status) ? "unknown"
        : Files.readAllLines(status).stream().filter(l -> l.startsWith("VmHWM")).map(l -> l.substring(6).strip()).findFirst().orElse("unknown");
  }

  @TearDown(Level.Trial)
  public void close() {
    device.close();
  }
}
