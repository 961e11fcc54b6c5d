/**
 * Augmentation: small immutable steps that an {@link dev.mien.training.augment.Augmenter} runs on a picture, drawing from an
 * explicit random key. All geometric steps are composed into one warp.
 */
package dev.mien.training.augment;
