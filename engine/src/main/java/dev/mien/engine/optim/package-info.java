/** Optimisers and learning-rate schedules. Start with {@link dev.mien.engine.optim.Sgd} and {@link dev.mien.engine.optim.Schedule}. */
package dev.mien.engine.optim;
