/** Losses on age distributions. Start with {@link dev.mien.models.loss.AmrLoss}. */
package dev.mien.models.loss;
