/**
 * The core: start with {@link dev.mien.engine.tensor.Device}, {@link dev.mien.engine.tensor.Tensor} and
 * {@link dev.mien.engine.tensor.Context}; {@link dev.mien.engine.tensor.OpCall} for those who write operations.
 */
package dev.mien.engine.tensor;
