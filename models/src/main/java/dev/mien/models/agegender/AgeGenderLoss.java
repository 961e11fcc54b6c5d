package dev.mien.models.agegender;

import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Joining;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.ops.Softmax;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.loss.AgeLoss;
import dev.mien.models.loss.AmrLoss;
import dev.mien.models.loss.TermLoss;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The loss of gender and age together:
 *
 * <pre>
 *   L = w_g L_g + w_b L_b + w_a L_a           L_g = CE(gender)
 *   L_b = CE(group) + beta (1/N) sum_i | sum_b b p_ib - y_i |      (derivative 0 where the difference is 0)
 *   L_a = the age loss on the distribution over single years (AMR by default), where the network has that head
 * </pre>
 *
 * or, with learned weights (Kendall et al. 2018, "Multi-Task Learning Using Uncertainty to Weigh Losses", Eq. 10 with s = log sigma^2),
 * {@code L = sum_t exp(-s_t) L_t + s_t / 2}; {@link #parameters} are the s_t then, and belong to the optimiser, without weight decay.
 * Each mean runs over the faces whose label is known; a task without any is left out of the step.
 */
public final class AgeGenderLoss extends Module {
  private final Options options;
  private final Parameter genderLogVariance;
  private final Parameter groupLogVariance;
  private final Parameter ageLogVariance;

  /** Fixed weights of the tasks. */
  public record Factors(double gender, double group, double age) {
    public static final Factors EQUAL = new Factors(1, 1, 1);
  }

  /**
   * What is added up.
   *
   * @param factors fixed weights; not used where weights are learned
   * @param learned whether the weights are learned
   * @param beta of the mean absolute difference of the group; 0 leaves it out
   * @param ages the loss on the distribution over single years
   * @param classes weights of the classes in the cross-entropies; null for equal ones
   */
  public record Options(Factors factors, boolean learned, double beta, AgeLoss ages, ClassWeights classes) {
    public Options {
      Objects.requireNonNull(factors);
      Objects.requireNonNull(ages);
      if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("[age-gender] beta must be 0 or more, got " + beta);
      }
    }

    /** Equal weights, beta 1, AMR, classes as frequent as they are. */
    public static Options standard() {
      return new Options(Factors.EQUAL, false, 1, AmrLoss.paper(), null);
    }

    public Options factors(Factors fixed) {
      return new Options(fixed, learned, beta, ages, classes);
    }

    public Options learned(boolean on) {
      return new Options(factors, on, beta, ages, classes);
    }

    public Options beta(double weight) {
      return new Options(factors, learned, weight, ages, classes);
    }

    public Options ages(AgeLoss loss) {
      return new Options(factors, learned, beta, loss, classes);
    }

    public Options classes(ClassWeights weights) {
      return new Options(factors, learned, beta, ages, weights);
    }
  }

  public AgeGenderLoss(Options options) {
    this.options = options;
    genderLogVariance = options.learned ? parameter("genderLogVariance", Init.constant(0, 1)) : null;
    groupLogVariance = options.learned ? parameter("groupLogVariance", Init.constant(0, 1)) : null;
    ageLogVariance = options.learned ? parameter("ageLogVariance", Init.constant(0, 1)) : null;
  }

  /**
   * A step's loss and what it was made of, each unweighted and null where the network has no such head or no face such a label. Read the
   * parts before {@code backward()}, which releases them.
   *
   * @param loss scalar, recorded
   * @param gender cross-entropy of the gender
   * @param group cross-entropy of the age group
   * @param difference mean |expectation of the group - group|; null too where beta is 0
   * @param age the loss on the distribution over single years
   */
  public record Result(Tensor loss, Tensor gender, Tensor group, Tensor difference, Tensor age) {}

  public Options options() {
    return options;
  }

  /**
   * The loss of a batch.
   *
   * @param groups of the network's plan; null where it tells no ages
   * @throws MienException when there are not as many labels as faces
   */
  public Result evaluate(AgeGenderNet.Output out, AgeGenderLabels labels, AgeGroups groups, Context context) {
    return within(context, () -> sum(out, labels, groups, context));
  }

  private Result sum(AgeGenderNet.Output out, AgeGenderLabels labels, AgeGroups groups, Context context) {
    var any = Stream.of(out.gender(), out.group(), out.age()).filter(Objects::nonNull).findFirst().orElseThrow();
    if (any.shape().dim(0) != labels.size()) {
      throw new MienException("[age-gender] " + labels.size() + " labels for " + any.shape().dim(0) + " faces");
    }
    var weights = options.classes;
    var byGender = out.gender() == null ? null : Known.of(out.gender(), labels.genders());
    var byGroup = out.group() == null ? null : Known.of(out.group(), labels.groups(groups));
    var byYear = out.age() == null ? null : Known.of(out.age(), labels.years(out.age().shape().dim(1)));
    var gender = byGender == null ? null : byGender.crossEntropy(weights == null ? null : weights.gender());
    var group = byGroup == null ? null : byGroup.crossEntropy(weights == null ? null : weights.group());
    var difference = byGroup == null || options.beta == 0 ? null : byGroup.loss(TermLoss.l1Expectation());
    var age = byYear == null ? null : byYear.loss(options.ages);
    var groupTask = difference == null ? group : Arithmetic.add(group, Elementwise.scale(difference, options.beta));
    var total = Stream.of(weighted(gender, options.factors.gender, genderLogVariance, context),
        weighted(groupTask, options.factors.group, groupLogVariance, context), weighted(age, options.factors.age, ageLogVariance, context))
        .filter(Objects::nonNull).reduce(Arithmetic::add).orElseGet(() -> Elementwise.scale(Reductions.sum(any), 0));
    return new Result(total, gender, group, difference, age);
  }

  private static Tensor weighted(Tensor task, double factor, Parameter logVariance, Context context) {
    if (task == null) {
      return null;
    }
    if (logVariance == null) {
      return Elementwise.scale(task, factor);
    }
    var s = Layouts.reshape(task.attach(logVariance.in(context)));
    return Arithmetic.add(Arithmetic.multiply(Elementwise.exp(Elementwise.scale(s, -1)), task), Elementwise.scale(s, 0.5));
  }

  /** Logits of the faces whose label is known, with these labels. */
  private record Known(Tensor logits, int[] labels) {
    /** Null where none is known. */
    static Known of(Tensor logits, int[] labels) {
      int[] rows = AgeGenderLabels.known(labels);
      if (rows.length == 0) {
        return null;
      }
      if (rows.length == labels.length) {
        return new Known(logits, labels);
      }
      int[] known = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        known[i] = labels[rows[i]];
      }
      return new Known(Joining.rows(logits, rows), known);
    }

    private Tensor uploaded() {
      return logits.constant(HostTensor.of(labels, labels.length));
    }

    Tensor loss(AgeLoss of) {
      return of.forward(logits, uploaded());
    }

    /** {@code -sum_i w_i log p_i / sum_i w_i}, w_i the weight of the true class. */
    Tensor crossEntropy(double[] classWeights) {
      if (classWeights == null) {
        return DistributionLosses.crossEntropy(logits, uploaded());
      }
      if (classWeights.length != logits.shape().dim(1)) {
        throw new MienException("[age-gender] " + classWeights.length + " class weights for " + logits.shape().dim(1) + " classes");
      }
      var weights = new double[labels.length];
      double sum = 0;
      for (int i = 0; i < labels.length; i++) {
        weights[i] = classWeights[labels[i]];
        sum += weights[i];
      }
      var picked = MarginLogits.atLabels(Softmax.logSoftmax(logits), uploaded());
      return Elementwise.scale(Reductions.sum(Arithmetic.multiply(picked, logits.constant(HostTensor.of(weights, labels.length)))), -1 / sum);
    }
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    throw new IllegalStateException("a loss needs labels: call evaluate(output, labels, groups, context)");
  }

  @Override
  public AgeGenderLoss to(Device device) {
    super.to(device);
    return this;
  }

  @Override
  public String stateName() {
    return "loss";
  }
}
