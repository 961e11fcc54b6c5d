package dev.mien.training.data;

/** What a sample may be used for: to learn, to choose, or to be scored once at the end. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST
}
