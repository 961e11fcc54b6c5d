package dev.mien.models.face;

import dev.mien.engine.tensor.MienException;

/**
 * What a network knows of a face.
 *
 * @param direction D features of length 1
 * @param norm half the length of the sum of both views' features before: long for a clear picture, by most models
 * @param fingerprint of the model; only embeddings of one model can be compared
 */
public record FaceEmbedding(float[] direction, double norm, String fingerprint) {
  public FaceEmbedding {
    direction = direction.clone();
  }

  @Override
  public float[] direction() {
    return direction.clone();
  }

  /** Number of features, D. */
  public int features() {
    return direction.length;
  }

  /**
   * The cosine of the angle between two faces, -1..1; larger is more alike.
   *
   * @throws MienException when two models made them; names both
   */
  public double cosine(FaceEmbedding other) {
    if (!fingerprint.equals(other.fingerprint)) {
      throw new MienException("embeddings of two models cannot be compared: " + fingerprint + " and " + other.fingerprint
          + "; embed both pictures with one model");
    }
    double sum = 0;
    for (int i = 0; i < direction.length; i++) {
      sum += (double) direction[i] * other.direction[i];
    }
    return sum;
  }
}
