/** Where a network looked. Start with {@link dev.mien.models.explain.Heatmap} and {@link dev.mien.models.explain.Explanations}. */
package dev.mien.models.explain;
