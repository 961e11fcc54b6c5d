/** Memory and numbers: the contract of a back-end, its discovery, and the float64 reference. Knows no tensor and no tape. */
module dev.mien.kernels {
  exports dev.mien.kernels;
  exports dev.mien.kernels.files;

  uses dev.mien.kernels.BackendProvider;

  provides dev.mien.kernels.BackendProvider with dev.mien.kernels.reference.ReferenceProvider;
}
