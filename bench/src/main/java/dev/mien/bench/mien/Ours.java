package dev.mien.bench.mien;

import dev.mien.bench.work.Contestant;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Work;
import dev.mien.engine.tensor.Device;

/** Mien itself on one of its devices: {@code cpu} or {@code opencl:N} to be measured, {@code reference} to be compared with. */
public final class Ours implements Contestant {
  /** Its name as a contestant. */
  public static final String NAME = "mien";

  private final String device;

  /** On the device that {@code -Dmien.bench.device} names, otherwise {@code cpu}. */
  public Ours() {
    this(System.getProperty("mien.bench.device", "cpu"));
  }

  /** @param device as {@link Device#open(String)} takes it */
  public Ours(String device) {
    this.device = device;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public OurSession open(int threads) {
    return new OurSession(device, threads);
  }

  /** An opened device. */
  public static final class OurSession implements Session {
    private final Device device;

    private OurSession(String name, int threads) {
      device = Device.open(name, threads);
    }

    @Override
    public String title() {
      if (device.vectorBits() > 0) {
        return "Mien (" + device.vectorBits() + "-bit vectors)";
      }
      return "Mien on " + device.name() + Device.diagnose().stream().filter(d -> d.device().equals(device.name()))
          .map(d -> " (" + d.description() + ")").findFirst().orElse("");
    }

    @Override
    public OurRun prepare(Work work) {
      return switch (work.task()) {
        case Task.Net net -> NetRuns.of(Device.open(device.name(), device.threads()), net);
        case Task.Sgd sgd -> NetRuns.sgd(Device.open(device.name(), device.threads()), sgd.network());
        case Task.SampledClasses classes -> new SampledClassesRun(Device.open(device.name(), device.threads()), classes);
        case Task.MicroKernel _ when !device.name().startsWith("cpu") -> throw new UnsupportedOperationException("is a work for the cpu");
        case Task.MicroKernel _ -> new MicroKernelRun(device.threads());
        case Task.Resident _, Task.ColdStart _ -> throw new UnsupportedOperationException("is measured from outside the process");
        default -> KernelRuns.of(device.backend(), work.task());
      };
    }

    @Override
    public double peakGflops(double seconds) {
      return device.backend().multiplyAddGflops(seconds);
    }

    @Override
    public double copyGigabytesPerSecond(double seconds) {
      return device.backend().calibrate(seconds).copyGigabytesPerSecond();
    }

    @Override
    public void close() {
      device.close();
    }
  }
}
