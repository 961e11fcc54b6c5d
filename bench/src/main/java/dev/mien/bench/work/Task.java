package dev.mien.bench.work;

/** What a work computes; every contestant matches on it. Extents are those of the name, float32 throughout. */
public sealed interface Task {
  /** Which half of a layer: the result, one gradient or both, or the result and then every gradient. */
  enum Pass {
    FORWARD, BACKWARD, DATA_GRADIENT, WEIGHT_GRADIENT, FORWARD_BACKWARD
  }

  /**
   * {@code C[m, n] = A[m, k] B[k, n]}; with {@code packed}, B may be brought into the
   * engine's own form before the clock starts, where the engine can (libtorch packs in every call).
   */
  record Gemm(int m, int n, int k, boolean packed) implements Task {}

  /** A convolution with square kernel and padding {@code (kernel - 1) / 2}, without bias. */
  record Convolution(Pass pass, int kernel, int stride, int in, int out, int size, int batch) implements Task {
    /** Extent of the output. */
    public int outSize() {
      return (size + 2 * padding() - kernel) / stride + 1;
    }

    public int padding() {
      return (kernel - 1) / 2;
    }
  }

  /** Softmax and cross entropy with integer labels, mean over rows. */
  record CrossEntropy(Pass pass, int rows, int classes) implements Task {}

  /**
   * The entropy of softmax outside the {@value #K} largest classes, mean over rows, from the logits. Peers compose it from their
   * operations, by top-k or by a full sort.
   */
  record ResidueEntropy(Pass pass, boolean bySort, int rows, int classes) implements Task {
    /** How many classes are left out. */
    public static final int K = 10;
  }

  /** Batch normalisation with the batch's statistics on {@code [n, c, h, h]}, alone or with a residual and ReLU behind it. */
  record BatchNorm(Pass pass, boolean addRelu, int n, int c, int h) implements Task {}

  /** PReLU with a slope per channel on {@code [n, c, h, h]}. */
  record PRelu(Pass pass, int n, int c, int h) implements Task {}

  /** {@code relu(a + b)} on {@code [n, c, h, h]}. */
  record AddRelu(int n, int c, int h) implements Task {}

  /** Maximum over 3x3 windows, stride 2, padding 1, batch 8. */
  record MaxPool(Pass pass, int channels, int size, int batch) implements Task {}

  /** The {@value #BEST} rows of a gallery of unit vectors that are most alike to each query; float32, or int8 with a scale for each row. */
  record Gallery(boolean int8, int queries, int rows, int features) implements Task {
    /** How many are found. */
    public static final int BEST = 10;
  }

  /** A training step of the table of {@code classes} identities, of which it sees {@code sample}: ArcFace, backward and SGD, batch 64, 512 features. */
  record SampledClasses(int classes, int sample) implements Task {
    /** Faces of a step. */
    public static final int BATCH = 64;
    /** Features of a face. */
    public static final int FEATURES = 512;
  }

  /** A step of SGD with momentum and weight decay over every parameter of a network. */
  record Sgd(Network network) implements Task {}

  /**
   * A network on a batch. Inference takes images to outputs; training is forward, cross entropy, backward and a step of SGD with momentum
   * 0.9 and weight decay 1e-4, running statistics included. Images are {@code [batch, 3, size, size]}.
   */
  record Net(Network network, boolean train, int batch, int size) implements Task {
    /** As names spell it; the size is told where it is not the network's own. */
    public String label() {
      return network.label() + (train ? "_train_b" : "_infer_b") + batch + (size == network.size() ? "" : "@" + size);
    }
  }

  /** Share of the multiply-add peak that the best tile kernel reaches where nothing but its loop counts: exact convolutions and products. */
  record MicroKernel() implements Task {}

  /** Peak resident set of a process that makes three training steps. */
  record Resident(Net net) implements Task {}

  /** From the start of the JVM to the first result of a network. */
  record ColdStart(Net net) implements Task {}
}
