/**
 * The ground floor: memory and numbers. Start with {@link dev.mien.kernels.Backend}, {@link dev.mien.kernels.Buffer} and
 * {@link dev.mien.kernels.Backends}.
 */
package dev.mien.kernels;
