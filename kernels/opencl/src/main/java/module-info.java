/** The OpenCL back-end. JOCL has no module descriptor: {@code jocl} is its automatic name. */
module dev.mien.kernels.opencl {
  requires dev.mien.kernels;
  requires jocl;

  exports dev.mien.kernels.opencl;

  provides dev.mien.kernels.BackendProvider with dev.mien.kernels.opencl.OpenClProvider;
}
