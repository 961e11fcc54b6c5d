package dev.mien.models.face;

/**
 * A face of a gallery that was found.
 *
 * @param cosine of the angle to the probe, -1..1; for an int8 gallery that of the rounded directions
 */
public record GalleryMatch(Gallery.Entry entry, double cosine) {}
