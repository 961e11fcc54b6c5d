package dev.mien.models.backbone;

import dev.mien.engine.nn.Module;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The networks by the names that the command line and model files use. */
public final class Backbones {
  /** Of MobileFaceNet, as its paper has it. */
  private static final int MOBILE_FEATURES = 128;
  /** Pixels of the square inputs of trunks for attributes. */
  private static final int TINY_SIDE = 64;
  private static final int SMALL_SIDE = 96;
  private static final int FULL_SIDE = 224;
  private static final Map<String, Builder> BY_NAME = new LinkedHashMap<>();
  private static final Map<String, Function<Rng, FaceNet>> EMBEDDERS = new LinkedHashMap<>();
  private static final Map<String, Function<Rng, AttributeNet>> ATTRIBUTES = new LinkedHashMap<>();

  static {
    BY_NAME.put("resnet-tiny", (classes, rng) -> new SmallResNet(SmallResNet.Plan.tiny(), classes, rng));
    BY_NAME.put("resnet-mini", (classes, rng) -> new SmallResNet(SmallResNet.Plan.mini(), classes, rng));
    BY_NAME.put("resnet-small", (classes, rng) -> new SmallResNet(SmallResNet.Plan.small(), classes, rng));
    BY_NAME.put("resnet18", ResNet::resnet18);
    BY_NAME.put("resnet34", ResNet::resnet34);
    BY_NAME.put("resnet50", ResNet::resnet50);
    BY_NAME.put("resnet101", ResNet::resnet101);
    BY_NAME.put("resnet152", ResNet::resnet152);
    BY_NAME.put("vgg16", Vgg::vgg16);
    EMBEDDERS.put("ir-tiny", rng -> new IrNet(IrNet.Plan.tiny(), rng));
    EMBEDDERS.put("ir-small", rng -> new IrNet(IrNet.Plan.small(), rng));
    EMBEDDERS.put("ir18", IrNet::ir18);
    EMBEDDERS.put("ir34", IrNet::ir34);
    EMBEDDERS.put("ir50", IrNet::ir50);
    EMBEDDERS.put("ir101", IrNet::ir101);
    EMBEDDERS.put("ir-se18", IrNet::irSe18);
    EMBEDDERS.put("ir-se34", IrNet::irSe34);
    EMBEDDERS.put("ir-se50", IrNet::irSe50);
    EMBEDDERS.put("ir-se101", IrNet::irSe101);
    EMBEDDERS.put("mobilefacenet", rng -> new MobileFaceNet(MOBILE_FEATURES, rng));
    ATTRIBUTES.put("attention-tiny", rng -> new AttentionNet(AttentionNet.Plan.tiny(), rng));
    ATTRIBUTES.put("attention-small", rng -> new AttentionNet(AttentionNet.Plan.small(), rng));
    ATTRIBUTES.put("attention56", AttentionNet::attention56);
    ATTRIBUTES.put("attention92", AttentionNet::attention92);
    ATTRIBUTES.put("vit-tiny", rng -> new VisionTransformer(VisionTransformer.Plan.tiny(), rng));
    ATTRIBUTES.put("resnet-tiny", rng -> new ResidualTrunk(new SmallResNet(SmallResNet.Plan.tiny(), 0, rng), TINY_SIDE));
    ATTRIBUTES.put("resnet-mini", rng -> new ResidualTrunk(new SmallResNet(SmallResNet.Plan.mini(), 0, rng), TINY_SIDE));
    ATTRIBUTES.put("resnet-small", rng -> new ResidualTrunk(new SmallResNet(SmallResNet.Plan.small(), 0, rng), SMALL_SIDE));
    ATTRIBUTES.put("resnet18", rng -> new ResidualTrunk(ResNet.resnet18(0, rng), FULL_SIDE));
    ATTRIBUTES.put("resnet50", rng -> new ResidualTrunk(ResNet.resnet50(0, rng), FULL_SIDE));
  }

  private Backbones() {}

  /** Builds a network with so many outputs from a key. */
  @FunctionalInterface
  private interface Builder {
    Module build(int classes, Rng rng);
  }

  /** Networks that end in logits, one per class. */
  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** Networks that end in the features of a face. */
  public static Set<String> embedderNames() {
    return EMBEDDERS.keySet();
  }

  /**
   * @throws MienException when there is no such network; the message lists them
   */
  public static Module named(String name, int classes, Rng rng) {
    var builder = BY_NAME.get(name);
    if (builder == null) {
      throw new MienException("no model named '" + name + "'; there are " + String.join(", ", BY_NAME.keySet()));
    }
    return builder.build(classes, rng);
  }

  /**
   * @throws MienException when there is no such network; the message lists them
   */
  public static FaceNet embedder(String name, Rng rng) {
    var builder = EMBEDDERS.get(name);
    if (builder == null) {
      throw new MienException("no face network named '" + name + "'; there are " + String.join(", ", EMBEDDERS.keySet()));
    }
    return builder.apply(rng);
  }

  /** Networks that end in features on which attributes are told. */
  public static Set<String> attributeNames() {
    return ATTRIBUTES.keySet();
  }

  /**
   * @throws MienException when there is no such network; the message lists them
   */
  public static AttributeNet attributes(String name, Rng rng) {
    var builder = ATTRIBUTES.get(name);
    if (builder == null) {
      throw new MienException("no network of attributes named '" + name + "'; there are " + String.join(", ", ATTRIBUTES.keySet()));
    }
    return builder.apply(rng);
  }
}
