package dev.mien.training.data;

/** What a network learns from: pictures with labels, open until closed. */
public interface TrainingData extends AutoCloseable {
  /** One line for people: where it lies, how many samples in which split, what was skipped. */
  String describe();

  /** SHA-256 (hex) over names, labels, splits and contents, in a fixed order: equal for a folder and a zip of it. */
  String contentHash();

  @Override
  void close();
}
