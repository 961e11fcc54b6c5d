package dev.mien.kernels.reference;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CosineMargin;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.Pool;
import dev.mien.kernels.TopK;
import dev.mien.kernels.Unary;

/** The oracle: float64, plain NCHW, one thread. Each kernel lives in the class that it is handed to. */
final class ReferenceBackend implements Backend {
  private final ReferenceMemory memory = new ReferenceMemory();
  private final ReferenceDense dense = new ReferenceDense(memory);
  private final ReferenceConvolution convolution = new ReferenceConvolution(memory);
  private final ReferenceNormalization normalization = new ReferenceNormalization(memory);
  private final ReferencePooling pooling = new ReferencePooling(memory);
  private final ReferenceResize resize = new ReferenceResize(memory);
  private final ReferencePointwise pointwise = new ReferencePointwise(memory);
  private final ReferenceMovement movement = new ReferenceMovement(memory);
  private final ReferenceOptimizers optimizers = new ReferenceOptimizers(memory);
  private final ReferenceMargins marginRows = new ReferenceMargins(memory);
  private final ReferenceTopK gallery = new ReferenceTopK(memory);
  private final ReferenceRows rows = new ReferenceRows(memory);
  private final ReferenceDistributionLoss distributionLoss = new ReferenceDistributionLoss(memory);

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public int realBits() {
    return Double.SIZE;
  }

  @Override
  public int vectorBits() {
    return 0;
  }

  @Override
  public Calibration calibrate(double seconds) {
    memory.checkOpen();
    return ReferenceCalibration.measure(seconds);
  }

  @Override
  public void close() {
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
    dense.gemm(geometry, a, b, c);
  }

  @Override
  public void linear(Buffer x, Buffer w, Buffer bias, Buffer y) {
    dense.linear(x, w, bias, y);
  }

  @Override
  public void conv2d(Conv2d geometry, Buffer x, Buffer w, Buffer bias, Buffer y) {
    convolution.forward(geometry, x, w, bias, y);
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
    normalization.forward(call);
  }

  @Override
  public void batchNormBackward(BatchNorm.Backward call) {
    normalization.backward(call);
  }

  @Override
  public void pool(Pool pool, Buffer x, Buffer y, Buffer choice) {
    pooling.forward(pool, x, y, choice);
  }

  @Override
  public void poolBackward(Pool pool, Buffer gy, Buffer choice, Buffer gx) {
    pooling.backward(pool, gy, choice, gx);
  }

  @Override
  public void resizeBilinear(boolean alignCorners, Buffer x, Buffer y) {
    resize.forward(alignCorners, x, y);
  }

  @Override
  public void resizeBilinearBackward(boolean alignCorners, Buffer gy, Buffer gx) {
    resize.backward(alignCorners, gy, gx);
  }

  // Pointwise

  @Override
  public void unary(Unary f, Buffer x, Buffer y) {
    pointwise.unary(f, x, y);
  }

  @Override
  public void unaryBackward(Unary f, Buffer x, Buffer y, Buffer gy, Buffer gx) {
    pointwise.unaryBackward(f, x, y, gy, gx);
  }

  @Override
  public void binary(Binary f, Buffer a, Buffer b, Buffer y) {
    pointwise.binary(f, a, b, y);
  }

  @Override
  public void expand(Buffer x, Buffer y) {
    movement.expand(x, y);
  }

  @Override
  public void sum(Buffer x, Buffer y, double scale) {
    movement.sum(x, y, scale);
  }

  @Override
  public void axpby(double alpha, Buffer x, double beta, Buffer y) {
    pointwise.axpby(alpha, x, beta, y);
  }

  @Override
  public void prelu(Buffer x, Buffer slope, Buffer y) {
    pointwise.prelu(x, slope, y);
  }

  @Override
  public void preluBackward(Buffer x, Buffer slope, Buffer gy, Buffer gx, Buffer gSlope) {
    pointwise.preluBackward(x, slope, gy, gx, gSlope);
  }

  @Override
  public void dropout(double p, long key, Buffer x, Buffer y) {
    pointwise.dropout(p, key, x, y);
  }

  @Override
  public void concat(int axis, Buffer[] parts, Buffer y) {
    movement.concat(axis, parts, y);
  }

  @Override
  public void slice(int axis, int start, Buffer x, Buffer y) {
    movement.slice(axis, start, x, y);
  }

  @Override
  public void permute(int[] order, Buffer x, Buffer y) {
    movement.permute(order, x, y);
  }

  @Override
  public double sumOfSquares(Buffer... xs) {
    return optimizers.sumOfSquares(xs);
  }

  @Override
  public void sgd(OptimizerStep.Sgd step, Buffer[] parameters, Buffer[] gradients, Buffer[] velocities) {
    optimizers.sgd(step, parameters, gradients, velocities);
  }

  @Override
  public void adamW(OptimizerStep.AdamW step, Buffer[] parameters, Buffer[] gradients, Buffer[] firstMoments,
      Buffer[] secondMoments) {
    optimizers.adamW(step, parameters, gradients, firstMoments, secondMoments);
  }

  @Override
  public void normalizeBytes(Buffer x, float[] mean, float[] deviation, Buffer y) {
    pointwise.normalizeBytes(x, mean, deviation, y);
  }

  // Rows

  @Override
  public void softmax(Buffer x, Buffer y) {
    rows.softmax(x, y);
  }

  @Override
  public void softmaxBackward(Buffer y, Buffer gy, Buffer gx) {
    rows.softmaxBackward(y, gy, gx);
  }

  @Override
  public void logSoftmax(Buffer x, Buffer y) {
    rows.logSoftmax(x, y);
  }

  @Override
  public void logSoftmaxBackward(Buffer y, Buffer gy, Buffer gx) {
    rows.logSoftmaxBackward(y, gy, gx);
  }

  @Override
  public void moments(double start, Buffer p, Buffer mean, Buffer variance) {
    rows.moments(start, p, mean, variance);
  }

  @Override
  public void momentsBackward(double start, Buffer p, Buffer gMean, Buffer gVariance, Buffer gp) {
    rows.momentsBackward(start, p, gMean, gVariance, gp);
  }

  @Override
  public void l2Norm(Buffer x, Buffer norm) {
    rows.l2Norm(x, norm);
  }

  @Override
  public void standardize(double eps, Buffer x, Buffer y, Buffer scale) {
    rows.standardize(eps, x, y, scale);
  }

  @Override
  public void standardizeBackward(Buffer y, Buffer scale, Buffer gy, Buffer gx) {
    rows.standardizeBackward(y, scale, gy, gx);
  }

  @Override
  public void l2NormBackward(Buffer x, Buffer norm, Buffer gNorm, Buffer gx) {
    rows.l2NormBackward(x, norm, gNorm, gx);
  }

  @Override
  public void distributionLoss(DistributionLoss spec, Buffer logits, Buffer labels, Buffer loss, Buffer terms, Buffer gradient) {
    distributionLoss.run(spec, logits, labels, loss, terms, gradient);
  }

  @Override
  public void cosineMargin(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer logits) {
    marginRows.forward(spec, cosines, labels, margins, hardness, logits);
  }

  @Override
  public void cosineMarginBackward(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer gLogits,
                                   Buffer gCosines, Buffer gMargins) {
    marginRows.backward(spec, cosines, labels, margins, hardness, gLogits, gCosines, gMargins);
  }

  @Override
  public void gatherRows(Buffer x, Buffer indices, Buffer y) {
    marginRows.rows("gatherRows", x, indices, y, true);
  }

  @Override
  public void scatterRows(Buffer y, Buffer indices, Buffer x) {
    marginRows.rows("scatterRows", x, indices, y, false);
  }

  @Override
  public void topKInnerProduct(TopK call) {
    gallery.search(call);
  }
}
