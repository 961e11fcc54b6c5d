package dev.mien.training.facedata;

import dev.mien.engine.tensor.HostTensor;

/**
 * Pictures side by side in host memory.
 *
 * @param images {@code [N, 3, S, S]}
 * @param labels N identities
 * @param indices N positions in {@link FaceSource#samples}
 */
public record FaceBatch(HostTensor images, int[] labels, int[] indices) {
  /** N. */
  public int size() {
    return labels.length;
  }
}
