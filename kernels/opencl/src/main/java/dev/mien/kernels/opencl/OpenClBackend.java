package dev.mien.kernels.opencl;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** An OpenCL device. Each kernel lives in the class that it is handed to. Work is queued: only downloads and sums wait for the device. */
final class OpenClBackend implements Backend {
  private final String name;
  private final AtomicBoolean closed = new AtomicBoolean();
  final ClContext context;
  final OpenClMemory memory;
  final TensorCores tensorCores;
  private final Tiling tiling;
  private final OpenClDense dense;
  private final OpenClTopK gallery;
  private final OpenClPooling pooling;
  private final OpenClPointwise pointwise;
  private final OpenClOptimizers optimizers;
  private final OpenClRows rows;
  private final OpenClCalibration calibration;

  /**
   * @param exact whether Winograd's method is forbidden
   * @param limitBytes the most memory ever lent out at once
   * @param guardBytes of poison around every buffer, for tests; otherwise 0
   */
  OpenClBackend(String name, ClDevice device, boolean exact, long limitBytes, int guardBytes) {
    var precision = Precision.chosen();
    var use = OpenClWinograd.Use.chosen(exact);
    this.name = name;
    this.tensorCores = TensorCores.of(device, precision);
    this.context = new ClContext(device);
    this.memory = new OpenClMemory(context, limitBytes, guardBytes);
    this.tiling = new Tiling(device, tensorCores.used() ? "tensor_" : "");
    this.dense = new OpenClDense(context, memory, precision, tiling, use, tensorCores);
    this.pooling = new OpenClPooling(context);
    this.pointwise = new OpenClPointwise(context, memory);
    this.optimizers = new OpenClOptimizers(context, memory);
    this.rows = new OpenClRows(context, memory);
    this.gallery = new OpenClTopK(context, memory, dense);
    this.calibration = new OpenClCalibration(context, memory);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public int realBits() {
    return Float.SIZE;
  }

  @Override
  public int vectorBits() {
    return 0;
  }

  @Override
  public void finish() {
    context.finish();
  }

  @Override
  public Calibration calibrate(double seconds) {
    return calibration.measure(seconds);
  }

  @Override
  public void tune(double seconds, Consumer<Tuned> found) {
    new ClTuner(this, tiling, found).run(seconds);
  }

  @Override
  public double multiplyAddGflops(double seconds) {
    return calibration.multiplyAdd(seconds);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Releases.all(() -> Cl.finish(context.queue), memory::close, context::close);
    }
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
  public void conv2d(Conv2d geometry, Buffer x, Buffer w, Buffer bias, Buffer y) {
    dense.conv2d(geometry, x, w, new Epilogue(bias, null, Epilogue.Activation.NONE, null), y);
  }

  @Override
  public void conv2dFused(Conv2d geometry, Buffer x, Buffer w, Epilogue epilogue, Buffer y) {
    dense.conv2d(geometry, x, w, epilogue, y);
  }

  @Override
  public void conv2dGradInput(Conv2d geometry, Buffer gy, Buffer w, Buffer gx) {
    dense.conv2dGradInput(geometry, gy, w, gx);
  }

  @Override
  public void conv2dGradWeight(Conv2d geometry, Buffer x, Buffer gy, Buffer gw, Buffer gBias) {
    dense.conv2dGradWeight(geometry, x, gy, gw, gBias);
  }

  @Override
  public void batchNorm(BatchNorm.Forward call) {
    dense.batchNorm(call);
  }

  @Override
  public void batchNormBackward(BatchNorm.Backward call) {
    dense.batchNormBackward(call);
  }

  @Override
  public void pool(Pool pool, Buffer x, Buffer y, Buffer choice) {
    pooling.pool(pool, x, y, choice);
  }

  @Override
  public void poolBackward(Pool pool, Buffer gy, Buffer choice, Buffer gx) {
    pooling.poolBackward(pool, gy, choice, gx);
  }

  @Override
  public void resizeBilinear(boolean alignCorners, Buffer x, Buffer y) {
    pooling.resize(alignCorners, x, y);
  }

  @Override
  public void resizeBilinearBackward(boolean alignCorners, Buffer gy, Buffer gx) {
    pooling.resizeBackward(alignCorners, gy, gx);
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
    pointwise.expand(x, y);
  }

  @Override
  public void sum(Buffer x, Buffer y, double scale) {
    pointwise.sum(x, y, scale);
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
    pointwise.concat(axis, parts, y);
  }

  @Override
  public void slice(int axis, int start, Buffer x, Buffer y) {
    pointwise.slice(axis, start, x, y);
  }

  @Override
  public void permute(int[] order, Buffer x, Buffer y) {
    pointwise.permute(order, x, y);
  }

  @Override
  public boolean queuesWork() {
    return true;
  }

  @Override
  public void guardStep(double maxNorm, Buffer[] gradients, Buffer guard) {
    optimizers.guardStep(maxNorm, gradients, guard);
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
    rows.softmax(false, x, y);
  }

  @Override
  public void softmaxBackward(Buffer y, Buffer gy, Buffer gx) {
    rows.softmaxBackward(false, y, gy, gx);
  }

  @Override
  public void logSoftmax(Buffer x, Buffer y) {
    rows.softmax(true, x, y);
  }

  @Override
  public void logSoftmaxBackward(Buffer y, Buffer gy, Buffer gx) {
    rows.softmaxBackward(true, y, gy, gx);
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
    rows.distributionLoss(spec, logits, labels, loss, terms, gradient);
  }

  @Override
  public void cosineMargin(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer logits) {
    rows.cosineMargin(spec, cosines, labels, margins, hardness, logits);
  }

  @Override
  public void cosineMarginBackward(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer gLogits,
                                   Buffer gCosines, Buffer gMargins) {
    rows.cosineMarginBackward(spec, cosines, labels, margins, hardness, gLogits, gCosines, gMargins);
  }

  @Override
  public void gatherRows(Buffer x, Buffer indices, Buffer y) {
    rows.copyRows("gatherRows", x, indices, y, true);
  }

  @Override
  public void scatterRows(Buffer y, Buffer indices, Buffer x) {
    rows.copyRows("scatterRows", x, indices, y, false);
  }

  @Override
  public void topKInnerProduct(TopK call) {
    gallery.search(call);
  }
}
