/**
 * What a training leaves behind: {@link dev.mien.training.run.RunFolder} with {@code run.json}, {@code metrics.csv} and
 * TensorBoard's event files, and what it was made with: {@link dev.mien.training.run.Machine},
 * {@link dev.mien.training.run.CodeVersion}.
 */
package dev.mien.training.run;
