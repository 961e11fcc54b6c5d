package dev.mien.training.data;

import dev.mien.engine.tensor.HostTensor;

/**
 * Samples side by side in host memory. The arrays belong to the receiver.
 *
 * @param images [N, 3, height, width], float
 * @param labels [N], int: the class to train on
 * @param ageYears N true ages, also those above the last class
 * @param indices N positions in {@link AgeSource#samples()}
 */
public record AgeBatch(HostTensor images, HostTensor labels, float[] ageYears, int[] indices) {
  /** N. */
  public int size() {
    return indices.length;
  }
}
