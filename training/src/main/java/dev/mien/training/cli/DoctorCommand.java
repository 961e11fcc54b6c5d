package dev.mien.training.cli;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.run.CodeVersion;
import dev.mien.training.run.Machine;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien doctor}: what the machine offers, and why each device is or is not used. */
@Command(name = "doctor",
    description = "Show what this machine offers: JDK, vectors, threads, memory, devices, and why each is or is not used.")
final class DoctorCommand extends MienCommand {
  @Option(names = "--seconds", paramLabel = "S", defaultValue = "1",
      description = "How long to measure the peak of the device; 0 does not measure.")
  private double seconds;

  /** One device as {@code --json} prints it. */
  record DeviceReport(String name, boolean usable, String description, String reason) {}

  /**
   * What {@code --json} prints.
   *
   * @param vectorBits width of the vectors of the chosen device in bits, 0 when it cannot be opened
   * @param threads threads of the chosen device, 0 when it cannot be opened
   * @param peakGflops measured multiply-add peak, 10^9 operations a second, null when not measured
   * @param copyGigabytesPerSecond measured bandwidth of a large copy, null when not measured
   */
  record Report(String version, String jdk, String jdkHome, String cpu, String system, int processors, long memoryBytes,
      long heapBytes,
      String device, int vectorBits, int threads, Double peakGflops, Double copyGigabytesPerSecond, List<DeviceReport> devices) {}

  /** The chosen device, opened and measured. */
  private record Opened(int vectorBits, int threads, Device.Calibration peak) {}

  @Override
  protected Object execute(Console console) {
    if (!(seconds >= 0 && seconds <= 60)) {
      reject("--seconds must lie in 0..60, got " + seconds);
    }
    var machine = Machine.current();
    var devices = Device.diagnose().stream()
        .map(d -> new DeviceReport(d.device(), d.usable(), d.description(), d.reason())).toList();
    var opened = open(console);
    var peak = opened.peak;
    var report = new Report(CodeVersion.current(), machine.jdk(), System.getProperty("java.home"), machine.cpu(),
        machine.system(),
        machine.processors(), machine.memoryBytes(), machine.heapBytes(), deviceName(), opened.vectorBits, opened.threads,
        peak == null ? null : peak.multiplyAddGflops(), peak == null ? null : peak.copyGigabytesPerSecond(), devices);
    if (!json()) {
      print(report, console);
    }
    return report;
  }

  private Opened open(Console console) {
    try (var device = Device.open(deviceName(), threads())) {
      return new Opened(device.vectorBits(), device.threads(), seconds > 0 ? device.calibrate(seconds) : null);
    } catch (MienException e) {
      if (isGiven("--device")) {
        throw e;
      }
      console.warn(e.getMessage());
      return new Opened(0, 0, null);
    }
  }

  private static void print(Report r, Console console) {
    console.printf("Mien      %s", r.version);
    console.printf("JDK       %s", r.jdk);
    console.printf("          %s", r.jdkHome);
    console.printf("Machine   %s, %d processor%s", r.cpu, r.processors, r.processors == 1 ? "" : "s");
    console.printf("          %s", r.system);
    console.printf("Memory    %.1f GiB, of which the JVM may take %.1f GiB", r.memoryBytes / 0x1p30, r.heapBytes / 0x1p30);
    console.printf("Device    %s", r.threads == 0 ? r.device + " cannot be opened" : r.device + ", "
        + (r.vectorBits == 0 ? "" : r.vectorBits + "-bit vectors, ") + r.threads + (r.threads == 1 ? " thread" : " threads"));
    if (r.peakGflops != null) {
      console.printf("Peak      %.0f GFLOP/s multiply-add, %.1f GB/s copy (measured just now)", r.peakGflops,
          r.copyGigabytesPerSecond);
    }
    console.print("");
    int width = r.devices.stream().mapToInt(d -> d.name.length()).max().orElse(1);
    for (var d : r.devices) {
      console.printf("%-" + width + "s  %s  %s", d.name, d.usable ? "usable    " : "not usable", d.description);
      console.printf("%-" + width + "s              %s", "", d.reason);
    }
  }
}
