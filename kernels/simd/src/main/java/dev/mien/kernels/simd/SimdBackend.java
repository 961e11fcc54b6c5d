package dev.mien.kernels.simd;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CosineMargin;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.Pool;
import dev.mien.kernels.TopK;
import dev.mien.kernels.Unary;

/** The CPU device: hands each call to the class of its kernel. */
final class SimdBackend implements Backend {
  final Workers workers;
  final Scratch scratch;
  final boolean exactConvolution;
  private final SimdMemory memory;
  private final Convolution convolution;

  /** @param threads worker threads, the caller included, at least 1 */
  SimdBackend(int threads, boolean exactConvolution) {
    this.workers = new Workers(threads);
    this.memory = new SimdMemory(workers);
    this.scratch = new Scratch(memory.reals, memory.doubles);
    this.exactConvolution = exactConvolution;
    this.convolution = new Convolution(workers, scratch, exactConvolution);
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int threads() {
    return workers.threads();
  }

  @Override
  public int realBits() {
    return 32;
  }

  @Override
  public int vectorBits() {
    return Lanes.BITS;
  }

  @Override
  public Calibration calibrate(double seconds) {
    return Calibrator.run(this, seconds);
  }

  @Override
  public double multiplyAddGflops(double seconds) {
    return Calibrator.multiplyAdd(workers, seconds);
  }

  @Override
  public void close() {
    workers.close();
    memory.close();
  }

  // Memory
  @Override
  public Buffer allocate(ElementType type, Kind kind, int... dims) {
    return memory.allocate(type, kind, dims);
  }

  @Override
  public void release(Buffer buffer) {
    memory.release(buffer);
  }

  @Override
  public void freeze(Buffer weights) {
    memory.freeze(weights);
  }

  @Override
  public void thaw(Buffer weights) {
    memory.thaw(weights);
  }

  @Override
  public Buffer view(Buffer plain, int... dims) {
    return memory.view(plain, dims);
  }

  @Override
  public void upload(float[] source, Buffer target) {
    memory.upload(source, target);
  }

  @Override
  public void upload(double[] source, Buffer target) {
    memory.upload(source, target);
  }

  @Override
  public void upload(int[] source, Buffer target) {
    memory.upload(source, target);
  }

  @Override
  public void upload(byte[] source, Buffer target) {
    memory.upload(source, target);
  }

  @Override
  public void download(Buffer source, float[] target) {
    memory.download(source, target);
  }

  @Override
  public void download(Buffer source, double[] target) {
    memory.download(source, target);
  }

  @Override
  public void download(Buffer source, int[] target) {
    memory.download(source, target);
  }

  @Override
  public void download(Buffer source, byte[] target) {
    memory.download(source, target);
  }

  @Override
  public void copy(Buffer source, Buffer target) {
    memory.copy(source, target);
  }

  @Override
  public void fill(Buffer target, double value) {
    memory.fill(target, value);
  }

  @Override
  public Usage usage() {
    return memory.usage();
  }

  @Override
  public void trim() {
    memory.trim();
  }

  @Override
  public void resetPeak() {
    memory.resetPeak();
  }

  // Dense
  @Override
  public void gemm(Gemm geometry, Buffer a, Buffer b, Buffer c) {
    MatrixProduct.run(workers, scratch, geometry, a, b, c);
  }

  @Override
  public void linear(Buffer x, Buffer w, Buffer bias, Buffer y) {
    MatrixProduct.linear(workers, scratch, x, w, bias, y);
  }

  @Override
  public void conv2d(Conv2d geometry, Buffer x, Buffer w, Buffer bias, Buffer y) {
    convolution.forward(geometry, x, w, bias, y);
  }

  @Override
  public void conv2dFused(Conv2d geometry, Buffer x, Buffer w, Epilogue epilogue, Buffer y) {
    Epilogue rest = convolution.fused(geometry, x, w, epilogue, y);
    if (rest == null) {
      return;
    }
    if (rest.residual() != null) {
      binary(Binary.ADD, y, rest.residual(), y);
    }
    switch (rest.activation()) {
      case NONE -> {
      }
      case RELU -> unary(Unary.RELU, y, y);
      case PRELU -> prelu(y, rest.slope(), y);
    }
  }

  @Override
  public void conv2dGradInput(Conv2d geometry, Buffer gy, Buffer w, Buffer gx) {
    convolution.gradInput(geometry, gy, w, gx);
  }

  @Override
  public void conv2dGradWeight(Conv2d geometry, Buffer x, Buffer gy, Buffer gw, Buffer gBias) {
    convolution.gradWeight(geometry, x, gy, gw, gBias);
  }

  @Override
  public void batchNorm(BatchNorm.Forward call) {
    BatchNormForward.run(this, call);
  }

  @Override
  public void batchNormBackward(BatchNorm.Backward call) {
    BatchNormBackward.run(this, call);
  }

  @Override
  public void pool(Pool pool, Buffer x, Buffer y, Buffer choice) {
    Pooling.forward(this, pool, x, y, choice);
  }

  @Override
  public void poolBackward(Pool pool, Buffer gy, Buffer choice, Buffer gx) {
    PoolingBackward.run(this, pool, gy, choice, gx);
  }

  @Override
  public void resizeBilinear(boolean alignCorners, Buffer x, Buffer y) {
    Resize.forward(this, alignCorners, x, y);
  }

  @Override
  public void resizeBilinearBackward(boolean alignCorners, Buffer gy, Buffer gx) {
    Resize.backward(this, alignCorners, gy, gx);
  }

  // Pointwise
  @Override
  public void unary(Unary f, Buffer x, Buffer y) {
    UnaryForward.run(this, f, x, y);
  }

  @Override
  public void unaryBackward(Unary f, Buffer x, Buffer y, Buffer gy, Buffer gx) {
    UnaryBackward.run(this, f, x, y, gy, gx);
  }

  @Override
  public void binary(Binary f, Buffer a, Buffer b, Buffer y) {
    Broadcast.binary(this, f, a, b, y);
  }

  @Override
  public void expand(Buffer x, Buffer y) {
    Broadcast.expand(this, x, y);
  }

  @Override
  public void sum(Buffer x, Buffer y, double scale) {
    Sums.sum(this, x, y, scale);
  }

  @Override
  public void axpby(double alpha, Buffer x, double beta, Buffer y) {
    Elementwise.axpby(this, alpha, x, beta, y);
  }

  @Override
  public void prelu(Buffer x, Buffer slope, Buffer y) {
    Prelu.forward(this, x, slope, y);
  }

  @Override
  public void preluBackward(Buffer x, Buffer slope, Buffer gy, Buffer gx, Buffer gSlope) {
    Prelu.backward(this, x, slope, gy, gx, gSlope);
  }

  @Override
  public void dropout(double p, long key, Buffer x, Buffer y) {
    Elementwise.dropout(this, p, key, x, y);
  }

  @Override
  public void concat(int axis, Buffer[] parts, Buffer y) {
    Movement.concat(this, axis, parts, y);
  }

  @Override
  public void slice(int axis, int start, Buffer x, Buffer y) {
    Movement.slice(this, axis, start, x, y);
  }

  @Override
  public void permute(int[] order, Buffer x, Buffer y) {
    Movement.permute(this, order, x, y);
  }

  @Override
  public double sumOfSquares(Buffer... xs) {
    return Sums.sumOfSquares(this, xs);
  }

  @Override
  public void sgd(OptimizerStep.Sgd step, Buffer[] parameters, Buffer[] gradients, Buffer[] velocities) {
    Optimisers.sgd(this, step, parameters, gradients, velocities);
  }

  @Override
  public void adamW(OptimizerStep.AdamW step, Buffer[] parameters, Buffer[] gradients, Buffer[] firstMoments,
      Buffer[] secondMoments) {
    Optimisers.adamW(this, step, parameters, gradients, firstMoments, secondMoments);
  }

  @Override
  public void normalizeBytes(Buffer x, float[] mean, float[] deviation, Buffer y) {
    Elementwise.normalizeBytes(this, x, mean, deviation, y);
  }

  // Rows
  @Override
  public void softmax(Buffer x, Buffer y) {
    Softmax.softmax(this, x, y);
  }

  @Override
  public void softmaxBackward(Buffer y, Buffer gy, Buffer gx) {
    Softmax.softmaxBackward(this, y, gy, gx);
  }

  @Override
  public void logSoftmax(Buffer x, Buffer y) {
    Softmax.logSoftmax(this, x, y);
  }

  @Override
  public void logSoftmaxBackward(Buffer y, Buffer gy, Buffer gx) {
    Softmax.logSoftmaxBackward(this, y, gy, gx);
  }

  @Override
  public void moments(double start, Buffer p, Buffer mean, Buffer variance) {
    Moments.moments(this, start, p, mean, variance);
  }

  @Override
  public void momentsBackward(double start, Buffer p, Buffer gMean, Buffer gVariance, Buffer gp) {
    Moments.momentsBackward(this, start, p, gMean, gVariance, gp);
  }

  @Override
  public void l2Norm(Buffer x, Buffer norm) {
    Norms.l2Norm(this, x, norm);
  }

  @Override
  public void standardize(double eps, Buffer x, Buffer y, Buffer scale) {
    Standardization.forward(this, eps, x, y, scale);
  }

  @Override
  public void standardizeBackward(Buffer y, Buffer scale, Buffer gy, Buffer gx) {
    Standardization.backward(this, y, scale, gy, gx);
  }

  @Override
  public void l2NormBackward(Buffer x, Buffer norm, Buffer gNorm, Buffer gx) {
    Norms.l2NormBackward(this, x, norm, gNorm, gx);
  }

  @Override
  public void distributionLoss(DistributionLoss spec, Buffer logits, Buffer labels, Buffer loss, Buffer terms, Buffer gradient) {
    DistributionLossKernel.run(this, spec, logits, labels, loss, terms, gradient);
  }

  @Override
  public void cosineMargin(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer logits) {
    Margins.forward(this, spec, cosines, labels, margins, hardness, logits);
  }

  @Override
  public void cosineMarginBackward(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer gLogits,
                                   Buffer gCosines, Buffer gMargins) {
    Margins.backward(this, spec, cosines, labels, margins, hardness, gLogits, gCosines, gMargins);
  }

  @Override
  public void gatherRows(Buffer x, Buffer indices, Buffer y) {
    Margins.rows(this, "gatherRows", x, indices, y, true);
  }

  @Override
  public void scatterRows(Buffer y, Buffer indices, Buffer x) {
    Margins.rows(this, "scatterRows", x, indices, y, false);
  }

  @Override
  public void topKInnerProduct(TopK call) {
    TopKSearch.search(this, call);
  }
}
