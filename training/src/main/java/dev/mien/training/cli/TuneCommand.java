package dev.mien.training.cli;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mien tune}: lets a device find its best kernels. */
@Command(name = "tune", description = "Time alternatives of a device's kernels and keep the best for later runs; results stay the same to the bit.")
final class TuneCommand extends MienCommand {
  @Option(names = "--seconds", paramLabel = "S", defaultValue = "60", description = "How long, about; what was found until then is kept.")
  private double seconds;

  /** What {@code --json} prints. */
  record Report(String device, List<Device.Tuned> works) {}

  @Override
  protected Object execute(Console console) {
    if (!(seconds > 0 && seconds <= 3600)) {
      reject("--seconds must lie above 0 and at most at 3600, got " + seconds);
    }
    var works = new ArrayList<Device.Tuned>();
    try (var device = Device.open(deviceName(), threads())) {
      device.tune(seconds, w -> {
        works.add(w);
        if (!json()) {
          console.printf("%-34s  %-8s  %9.3f ms, without tuning %9.3f ms", w.work(), w.choice(), w.millis(), w.defaultMillis());
        }
      });
    } catch (UncheckedIOException e) {
      throw new MienException(e.getMessage() + ": " + e.getCause().getMessage());
    }
    if (!json()) {
      console.printf(works.isEmpty() ? "The device %s has nothing to tune." : "%2$d shapes; %3$d are faster than without tuning", deviceName(),
          works.size(), works.stream().filter(w -> w.millis() < w.defaultMillis()).count());
    }
    return new Report(deviceName(), works);
  }
}
