package dev.mien.kernels;

import java.util.List;

/** Finds and opens the devices of one kind; discovered by {@link java.util.ServiceLoader}. Loading a provider must touch no optional module. */
public interface BackendProvider {
  /** The name before the colon in {@code Device.open}: {@code cpu}, {@code reference}, {@code opencl}. */
  String name();

  /** What is there, usable or not, and why; never throws. */
  List<Diagnosis> diagnose();

  /**
   * Opens a device.
   *
   * @throws IllegalStateException when it cannot be used; the message is one sentence that names the remedy
   */
  Backend open(BackendOptions options);

  /**
   * One line of {@code mien doctor}.
   *
   * @param device name to give to {@code Device.open}
   * @param usable whether it would open
   * @param description what it is: vector width, tier, threads, memory
   * @param reason why it is, or is not, used
   */
  record Diagnosis(String device, boolean usable, String description, String reason) {}
}
