/** The place of the OpenCL back-end; it has no device yet. */
module dev.mien.kernels.opencl {
  requires dev.mien.kernels;

  provides dev.mien.kernels.BackendProvider with dev.mien.kernels.opencl.OpenClProvider;
}
