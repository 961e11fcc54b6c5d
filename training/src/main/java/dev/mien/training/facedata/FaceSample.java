package dev.mien.training.facedata;

/**
 * A picture of a person to learn from, without its pixels.
 *
 * @param id where it comes from, unique
 * @param identity person, 0..identities-1
 */
public record FaceSample(String id, int identity) {}
