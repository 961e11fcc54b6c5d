/**
 * Operations, one family to a file: each holds its shape rule, its forward call, its gradient and its documentation. Start with
 * {@link dev.mien.engine.ops.Elementwise} and {@link dev.mien.engine.ops.Convolution}.
 */
package dev.mien.engine.ops;
