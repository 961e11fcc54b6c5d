package dev.mien.models.agegender;

import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Joining;
import dev.mien.engine.ops.Softmax;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.agegender.AgeGenderPlan.Injection;
import dev.mien.models.backbone.AttributeNet;
import dev.mien.models.backbone.Recomputing;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Gender and age from one trunk, the age branch seeing the predicted gender (after "Age and Gender Prediction From Face Images Using
 * Attentional Convolutional Network", Abdolrashidi et al. 2020; what the paper leaves open is a choice of {@link AgeGenderPlan}):
 *
 * <pre>
 *   f = backbone(x) [N, D]          gender logits = W_g f + b_g [N, 2]         g = softmax(gender logits)
 *   a = [f, g] or f                 or a = dropout(relu(W_h [f, g] + b_h))
 *   group logits = W_b a + b_b [N, B]        age logits = W_a a + b_a [N, ages]
 * </pre>
 *
 * <pre>{@code
 * var net = new AgeGenderNet(backbone, AgeGenderPlan.joint(AgeGroups.decade()), Rng.seed(1)).to(device);
 * var loss = new AgeGenderLoss(Options.standard()).evaluate(net.predict(scope.upload(images), context), labels, groups, context);
 * }</pre>
 */
public final class AgeGenderNet extends Module implements Recomputing {
  private static final int GENDERS = 2;

  private final AgeGenderPlan plan;
  private final AttributeNet backbone;
  private final Linear gender;
  private final Linear hidden;
  private final Dropout dropout;
  private final Linear group;
  private final Linear age;

  /** @param backbone the trunk, with weights of its own */
  public AgeGenderNet(AttributeNet backbone, AgeGenderPlan plan, Rng rng) {
    this.plan = plan;
    this.backbone = child("backbone", backbone);
    int features = backbone.features();
    gender = plan.gender() ? child("gender", new Linear(features, GENDERS, rng.split("gender"))) : null;
    int seen = plan.injection() == Injection.OFF ? features : features + GENDERS;
    hidden = plan.hidden() > 0 ? child("hidden", new Linear(seen, plan.hidden(), rng.split("hidden"))) : null;
    dropout = plan.dropout() > 0 ? child("dropout", new Dropout(plan.dropout())) : null;
    int read = plan.hidden() > 0 ? plan.hidden() : seen;
    group = plan.groups() != null ? child("group", new Linear(read, plan.groups().count(), rng.split("group"))) : null;
    age = plan.ages() > 0 ? child("age", new Linear(read, plan.ages(), rng.split("age"))) : null;
  }

  /**
   * Logits of each task; null where the plan has no such head.
   *
   * @param gender {@code [N, 2]}: male, female
   * @param group {@code [N, B]}
   * @param age {@code [N, ages]}: single years
   */
  public record Output(Tensor gender, Tensor group, Tensor age) {}

  /**
   * The logits with the trunk's features, for what is learned beside and not told.
   *
   * @param features {@code [N, F]}, F the trunk's {@link AttributeNet#features}
   * @param output the logits
   */
  public record Read(Tensor features, Output output) {}

  /** The logits with what they were made of. */
  public record Explained(Output output, AttributeNet.Attended attended) {}

  public AgeGenderPlan plan() {
    return plan;
  }

  /** The trunk. */
  public AttributeNet backbone() {
    return backbone;
  }

  /** Side of the square input in pixels, S. */
  public int inputSide() {
    return backbone.inputSide();
  }

  /** Logits of pictures {@code [N, 3, S, S]}. */
  public Output predict(Tensor x, Context context) {
    return read(x, context).output();
  }

  /** The same with the trunk's features. */
  public Read read(Tensor x, Context context) {
    return within(context, () -> {
      var features = backbone.forward(x, context);
      return new Read(features, heads(features, context));
    });
  }

  /** The same with the trunk's feature map and attention masks. */
  public Explained explain(Tensor x, Context context) {
    return within(context, () -> {
      var attended = backbone.attend(x, context);
      return new Explained(heads(attended.features(), context), attended);
    });
  }

  private Output heads(Tensor f, Context context) {
    var genders = gender == null ? null : gender.forward(f, context);
    if (group == null) {
      return new Output(genders, null, null);
    }
    var read = switch (plan.injection()) {
      case GRADIENT -> Joining.concat(1, f, Softmax.softmax(genders));
      case DETACHED -> Joining.concat(1, f, Softmax.softmax(genders).detached());
      case OFF -> f;
    };
    if (hidden != null) {
      read = Elementwise.relu(hidden.forward(read, context));
      read = dropout == null ? read : dropout.forward(read, context);
    }
    return new Output(genders, group.forward(read, context), age == null ? null : age.forward(read, context));
  }

  /** All logits side by side, gender, group, age: {@code [N, 3, S, S] -> [N, 2 + B + ages]}. */
  @Override
  protected Tensor apply(Tensor x, Context context) {
    var out = heads(backbone.forward(x, context), context);
    return Joining.concat(1, Stream.of(out.gender, out.group, out.age).filter(Objects::nonNull).toArray(Tensor[]::new));
  }

  /** Of the trunk. */
  @Override
  public AgeGenderNet recomputing(boolean on) {
    backbone.recomputing(on);
    return this;
  }

  @Override
  public AgeGenderNet to(Device device) {
    super.to(device);
    return this;
  }
}
