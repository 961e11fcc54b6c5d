/** Our own engine as a contestant: kernels through {@code kernels.Backend}, networks through {@code engine} and {@code models}. */
package dev.mien.bench.mien;
