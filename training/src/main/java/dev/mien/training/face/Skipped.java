package dev.mien.training.face;

/**
 * A picture that a command left out.
 *
 * @param why in words
 */
public record Skipped(String file, String why) {}
