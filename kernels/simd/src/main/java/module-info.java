/** The CPU back-end on the Vector API. */
module dev.mien.kernels.simd {
  requires dev.mien.kernels;
  requires jdk.incubator.vector;

  provides dev.mien.kernels.BackendProvider with dev.mien.kernels.simd.SimdProvider;
}
