/** Tensors, automatic differentiation, layers, optimisers and files. Start with {@code Device}, {@code Tensor} and {@code Module}. */
module dev.mien.engine {
  requires transitive dev.mien.kernels;

  exports dev.mien.engine.autograd;
  exports dev.mien.engine.nn;
  exports dev.mien.engine.ops;
  exports dev.mien.engine.optim;
  exports dev.mien.engine.io;
  exports dev.mien.engine.plan;
  exports dev.mien.engine.random;
  exports dev.mien.engine.tensor;
}
