/**
 * Images: the one decoder, and the one resize, warp and normalise code that training and inference share. Start with
 * {@link dev.mien.models.image.RgbImage}, {@link dev.mien.models.image.ImageTransforms} and {@link
 * dev.mien.models.image.ImageContract}.
 *
 * <p>Coordinates are continuous: the picture covers [0, width] x [0, height] and the centre of the first pixel is (0.5, 0.5).
 */
package dev.mien.models.image;
