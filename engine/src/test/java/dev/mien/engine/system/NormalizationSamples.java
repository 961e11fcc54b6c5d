package dev.mien.engine.system;

import static dev.mien.engine.system.ElementwiseSamples.zeros;

import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Normalization;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** Rows of batch normalisation: train and eval, with and without scale, residual and ReLU. */
final class NormalizationSamples {
  private static final double EPS = 1e-5;

  private NormalizationSamples() {}

  static List<OpRow> rows() {
    return List.of(
        new OpRow("Normalization.layerNorm(Tensor,Tensor,Tensor,double)", d -> {
          int[] dims = d.flip() ? new int[] {d.between(1, 5), d.between(4, 40)} : new int[] {d.between(1, 3), d.between(1, 4), d.between(4, 20)};
          int features = dims[dims.length - 1];
          boolean scaled = d.flip();
          return new Sample((x, c) -> Normalization.layerNorm(x[0], scaled ? x[1] : null, scaled ? x[2] : null, EPS),
              d.reals(dims), d.in(0.5, 1.5, features), d.reals(features));
        }).fails(ShapeException.class, "[layerNorm] input [2, 3] needs scale and shift of shape [3], got [2] and none",
            s -> Normalization.layerNorm(zeros(s, 2, 3), zeros(s, 2), null, EPS))
            .fails(ShapeException.class, "[layerNorm] input must be row-major of rank 2 or more, got [3]: turn it with Layouts.plain",
                s -> Normalization.layerNorm(zeros(s, 3), null, null, EPS)),
        new OpRow("Normalization.standardize(Tensor,double)", d -> {
          int[] dims = d.flip() ? new int[] {d.between(1, 5), d.between(4, 40)} : new int[] {d.between(1, 3), d.between(1, 4), d.between(4, 20)};
          return new Sample((x, c) -> Normalization.standardize(x[0], EPS), d.reals(dims));
        }).fails(ShapeException.class, "[standardize] needs row-major [.., C] with C >= 1, got []", s -> Normalization.standardize(s.scalar(1), EPS))
            .fails(ShapeException.class, "[standardize] eps must be positive, got 0.0", s -> Normalization.standardize(zeros(s, 2, 3), 0)),
        new OpRow("Normalization.batchNorm(Tensor,Layer,Context)", d -> {
          var call = Call.draw(d);
          return new Sample((x, c) -> Normalization.batchNorm(x[0], call.layer(x, 1), call.context(x[0], c)),
              call.operands(false));
        }).fails(ShapeException.class, "[batchNorm] input has 4 channels, the layer 3: input [2, 4]. Did the layer get the "
            + "right number "
            + "of features?", s -> Normalization.batchNorm(zeros(s, 2, 4), layer(s, 3), Context.eval()))
            .fails(ShapeException.class, "[batchNorm] input must be [N, C, H, W] or [N, C], got [3]",
                s -> Normalization.batchNorm(zeros(s, 3), layer(s, 3), Context.eval()))
            .fails(ShapeException.class, "[batchNorm] input [2, 3, 1, 1] is not an image: upload it with Scope.upload, or turn "
                + "it with "
                + "Layouts.image", s -> Normalization.batchNorm(Layouts.plain(zeros(s, 2, 3, 1, 1)), layer(s, 3), Context.eval()))
            .fails(ShapeException.class, "[batchNorm] needs more than one value per channel to train, got input [1, 3]",
                s -> Normalization.batchNorm(zeros(s, 1, 3), layer(s, 3), Context.train(Rng.seed(1))))
            .fails(ShapeException.class, "[batchNorm] scale, shift and running variance must have the running mean's shape [3], "
                + "got [2], "
                + "none and [3]", s -> Normalization.batchNorm(zeros(s, 2, 3), new Normalization.Layer(zeros(s, 2), null,
                    state(s.device(), "m", 0, 3), state(s.device(), "v", 1, 3), EPS, 0.1), Context.eval())),
        new OpRow("Normalization.batchNorm(Tensor,Layer,Tensor,boolean,Context)", d -> {
          var call = Call.draw(d);
          boolean residual = d.flip();
          boolean relu = d.flip();
          int scaled = residual ? 2 : 1;
          return new Sample((x, c) -> Normalization.batchNorm(x[0], call.layer(x, scaled), residual ? x[1] : null, relu,
              call.context(x[0], c)), call.awayFromZero(d, residual, relu));
        }).fails(ShapeException.class, "[batchNorm] residual [2, 2] differs from input [2, 3] in shape or kind",
            s -> Normalization.batchNorm(zeros(s, 2, 3), layer(s, 3), zeros(s, 2, 2), true, Context.eval()))
            .fails(ShapeException.class, "[batchNorm] residual [2, 3, 1, 1] differs from input [2, 3, 1, 1] in shape or kind",
                s -> Normalization.batchNorm(zeros(s, 2, 3, 1, 1), layer(s, 3), Layouts.plain(zeros(s, 2, 3, 1, 1)), true,
                    Context.eval())));
  }

  private static Normalization.Layer layer(Scope scope, int features) {
    return new Normalization.Layer(null, null, state(scope.device(), "m", 0, features), state(scope.device(), "v", 1, features),
        EPS, 0.1);
  }

  static State state(Device device, String name, double value, int features) {
    var data = new double[features];
    java.util.Arrays.fill(data, value);
    return state(device, name, HostTensor.of(data, features));
  }

  private static State state(Device device, String name, HostTensor value) {
    var s = new State(name, value);
    s.to(device);
    return s;
  }

  /** A drawn call; operands are x, residual where there is one, then scale and shift where the layer has them. */
  private static final class Call {
    private final HostTensor x;
    private final HostTensor gamma;
    private final HostTensor beta;
    private final HostTensor mean;
    private final HostTensor variance;
    private final boolean train;
    private final Map<Device, List<State>> states = new WeakHashMap<>();
    private HostTensor residual;

    private Call(Draw d) {
      // At least five values of a channel: with two, the exact gradient of x is nearly 0 and float32 has no correct digit of it.
      int[] dims = d.flip() ? new int[] {d.extent(2, 3), d.extent(2, 37), 2 + d.extent(2, 8), 2 + d.extent(1, 8)}
          : new int[] {5 + d.extent(3, 30), d.extent(4, 70)};
      x = d.reals(dims);
      int channels = dims[1];
      boolean affine = d.between(0, 3) > 0;
      gamma = affine ? d.divisors(channels) : null;
      beta = affine ? d.reals(channels) : null;
      mean = d.in(-0.5, 0.5, channels);
      variance = d.in(0.5, 2, channels);
      train = d.between(0, 2) > 0;
    }

    static Call draw(Draw d) {
      return new Call(d);
    }

    Normalization.Layer layer(Tensor[] operands, int scaled) {
      var s = states.computeIfAbsent(operands[0].device(), v -> List.of(state(v, "m", mean), state(v, "v", variance)));
      return new Normalization.Layer(gamma == null ? null : operands[scaled], beta == null ? null : operands[scaled + 1],
          s.get(0),
          s.get(1), EPS, 0.1);
    }

    /** The given context to train; to evaluate, a fresh one, on which the layer's path is recorded through its operands. */
    Context context(Tensor operand, Context given) {
      return train ? given : Context.eval();
    }

    HostTensor[] operands(boolean withResidual) {
      var all = new ArrayList<HostTensor>(List.of(x));
      if (withResidual) {
        all.add(residual);
      }
      if (gamma != null) {
        all.add(gamma);
        all.add(beta);
      }
      return all.toArray(HostTensor[]::new);
    }

    /** Moves the residual, or the shift, until no sum lies near ReLU's kink. */
    HostTensor[] awayFromZero(Draw d, boolean withResidual, boolean relu) {
      residual = d.reals(x.shape().toArray());
      for (int tries = 0; relu && nearest(withResidual) < d.innerGap(); tries++) {
        if (tries > 10_000) {
          throw new IllegalStateException("no draw of batchNorm stays away from the kink");
        }
        redraw(d, x.doubles());
        if (withResidual) {
          pushAway(residual.doubles(), d.innerGap());
        }
      }
      return operands(withResidual);
    }

    private static void redraw(Draw d, double[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = d.real(-2, 2);
      }
    }

    /** With a residual each element can be moved by itself. */
    private void pushAway(double[] r, double gap) {
      var pre = preActivation(true);
      for (int i = 0; i < r.length; i++) {
        if (Math.abs(pre[i]) < gap) {
          r[i] = (float) (r[i] + 0.25);
        }
      }
    }

    private double nearest(boolean withResidual) {
      double least = Double.MAX_VALUE;
      for (double v : preActivation(withResidual)) {
        least = Math.min(least, Math.abs(v));
      }
      return least;
    }

    private double[] preActivation(boolean withResidual) {
      try (var device = Device.open("reference"); var scope = device.scope()) {
        var operands = java.util.Arrays.stream(operands(withResidual)).map(scope::upload).toArray(Tensor[]::new);
        var context = train ? Context.train(Rng.seed(1)) : Context.eval();
        return Normalization.batchNorm(operands[0], layer(operands, withResidual ? 2 : 1), withResidual ? operands[1] : null,
            false,
            context).download().doubles();
      }
    }
  }
}
