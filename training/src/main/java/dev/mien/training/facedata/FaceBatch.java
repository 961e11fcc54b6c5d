package dev.mien.training.facedata;

import dev.mien.engine.tensor.HostTensor;

/**
 * Pictures side by side in host memory.
 *
 * @param images {@code [N, 3, S, S]}
 * @param labels N identities
 */
public record FaceBatch(HostTensor images, int[] labels) {
  /** N. */
  public int size() {
    return labels.length;
  }
}
