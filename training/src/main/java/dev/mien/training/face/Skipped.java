package dev.mien.training.face;

/**
 * A picture that a command left out.
 *
 * @param why in words
 */
record Skipped(String file, String why) {}
