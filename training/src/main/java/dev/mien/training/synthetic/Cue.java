package dev.mien.training.synthetic;

/** What of a drawn face tells its age or gender. */
public enum Cue {
  HAIR, BROWS, EYES, MOUTH, BEARD,
  /** Lines and folds of age and expression. */
  CREASES
}
