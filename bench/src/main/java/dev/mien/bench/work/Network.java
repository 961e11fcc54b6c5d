package dev.mien.bench.work;

/** The networks measured, with the multiply-adds of the whole and of the stem for one image. */
public enum Network {
  /** ResNet-18, 1000 classes. */
  RESNET18(224, 1000, 1814.1e6, 118.0e6),
  /** ResNet-50 v1.5, 1000 classes. */
  RESNET50(224, 1000, 4089.2e6, 118.0e6),
  /** IR-50 of AdaFace, embeddings of 512; in training with a linear head of 10572 classes. */
  IR50(112, 10572, 6296.0e6, 21.7e6),
  /** Attention-56 (residual attention), 1000 classes. */
  ATTENTION56(224, 1000, 6270.0e6, 118.0e6);

  private final int size;
  private final int classes;
  private final double multiplyAdds;
  private final double stem;

  Network(int size, int classes, double multiplyAdds, double stem) {
    this.size = size;
    this.classes = classes;
    this.multiplyAdds = multiplyAdds;
    this.stem = stem;
  }

  /** Extent of the input image. */
  public int size() {
    return size;
  }

  /** How many classes the training has. */
  public int classes() {
    return classes;
  }

  /** Floating-point operations of one image forward, or forward, data and weight gradient (the stem needs no data gradient). */
  public double flops(boolean train) {
    return 2 * (train ? 3 * multiplyAdds - stem : multiplyAdds);
  }

  /** As names of works spell it. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
