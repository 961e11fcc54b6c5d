/**
 * The CPU back-end on the Vector API. Start with {@link dev.mien.kernels.simd.SimdBackend},
 * {@link dev.mien.kernels.simd.SimdBuffer} (the layout) and {@link dev.mien.kernels.simd.Workers}.
 */
package dev.mien.kernels.simd;
