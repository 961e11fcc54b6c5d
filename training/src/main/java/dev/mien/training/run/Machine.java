package dev.mien.training.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine that a run was made on.
 *
 * @param cpu the processor's name, or the architecture where the system does not tell
 * @param processors processors that the JVM may use
 * @param memoryBytes memory that the JVM sees: the machine's, or the container's
 * @param heapBytes the most that the JVM's heap may take
 * @param system operating system, its version and architecture
 * @param jdk version and vendor
 */
public record Machine(String cpu, int processors, long memoryBytes, long heapBytes, String system, String jdk) {
  /** This machine. */
  public static Machine current() {
    var bean = ManagementFactory.getOperatingSystemMXBean();
    long memory = bean instanceof com.sun.management.OperatingSystemMXBean system ? system.getTotalMemorySize() : 0;
    return new Machine(cpuName(), Runtime.getRuntime().availableProcessors(), memory, Runtime.getRuntime().maxMemory(),
        System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
        Runtime.version() + " " + System.getProperty("java.vendor"));
  }

  private static String cpuName() {
    var information = Path.of("/proc/cpuinfo");
    if (Files.isReadable(information)) {
      try (var lines = Files.lines(information)) {
        var name = lines.filter(line -> line.startsWith("model name")).findFirst();
        if (name.isPresent()) {
          return name.get().substring(name.get().indexOf(':') + 1).strip();
        }
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return windows == null ? System.getProperty("os.arch") : windows;
  }
}
