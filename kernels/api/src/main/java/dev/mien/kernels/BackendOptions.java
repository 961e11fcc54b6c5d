package dev.mien.kernels;

/**
 * How to open a back-end.
 *
 * @param ordinal which of the provider's devices, from 0
 * @param threads worker threads, the caller included; 0 for one per available processor
 * @param exactConvolution true forbids algorithms that change the rounding bound (Winograd)
 */
public record BackendOptions(int ordinal, int threads, boolean exactConvolution) {}
