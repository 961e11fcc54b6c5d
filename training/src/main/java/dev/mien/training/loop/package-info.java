/**
 * How every training goes: {@link dev.mien.training.loop.TrainingLoop} makes the steps, checkpoints and logs of a
 * {@link dev.mien.training.loop.TrainingTask}, which knows its batches, its loss and what an epoch came to. How long and by which rule stands in
 * {@link dev.mien.training.loop.Course}.
 */
package dev.mien.training.loop;
