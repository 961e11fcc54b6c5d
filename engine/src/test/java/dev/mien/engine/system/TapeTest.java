package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.GradientAccumulator;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The life of a tensor and the one walk over a tape: what is refused, what stays readable, what is summed. */
class TapeTest {
  private final Device device = Device.open("reference");
  private final Scope scope = device.scope();
  private final Context context = Context.train(Rng.seed(1));

  @AfterEach
  void close() {
    scope.close();
    assertEquals(0, device.openScopes());
    device.close();
  }

  private Tensor vector(double... values) {
    return scope.upload(HostTensor.of(values, values.length));
  }

  private static String refused(Executable call) {
    return assertThrows(IllegalStateException.class, call).getMessage();
  }

  @Test
  void aReleasedTensorThrowsAtEveryDoor() {
    var x = vector(1, 2);
    x.release();
    x.release();
    String expected = "tensor [2] was released: its scope is closed, or backward() has consumed it. Keep it with Scope.keep, or "
        + "read it "
        + "before backward()";
    assertEquals(expected, refused(x::buffer));
    assertEquals(expected, refused(x::download));
    assertEquals(expected, refused(() -> Elementwise.relu(x)));
    assertEquals(expected, refused(() -> Arithmetic.add(vector(1, 2), x)));
    assertEquals(expected, refused(() -> scope.keep(x)));
    assertEquals("[2]", x.shape().toString());
  }

  @Test
  void nothingOutlivesItsScope() {
    Tensor x;
    Tensor alias;
    Tensor attached;
    var parameter = new Parameter("p", HostTensor.of(new double[] {3}, 1));
    parameter.to(device);
    var inner = scope.nested();
    try (inner) {
      x = inner.upload(HostTensor.of(new double[] {1}, 1));
      alias = Layouts.reshape(inner.attach(vector(1, 2)), 2, 1);
      attached = inner.attach(parameter.value());
    }
    for (var dead : new Tensor[] {x, alias, attached}) {
      refused(dead::download);
    }
    assertEquals(3, parameter.value().item());
    assertEquals("this scope is closed; make tensors inside the try block of device.scope()",
        refused(() -> inner.upload(HostTensor.of(new double[1], 1))));
    refused(() -> inner.scalar(1));
    refused(inner::nested);
  }

  @Test
  void keepIsTheOnlyWayOut() {
    Tensor kept;
    long before = device.memory().lentBytes();
    try (var outer = device.scope(); var inner = outer.nested()) {
      var up = inner.keep(inner.upload(HostTensor.of(new double[] {1, 2}, 2)));
      inner.close();
      kept = outer.keep(Elementwise.square(up));
    }
    assertArrayEquals(new double[] {1, 4}, kept.download().doubles());
    device.free(kept);
    refused(kept::download);
    assertEquals(before, device.memory().lentBytes());
    assertThrows(IllegalArgumentException.class, () -> device.free(vector(1)));
  }

  @Test
  void operandsThatBelongToTheDeviceAloneHaveNoScope() {
    var p = new Parameter("p", HostTensor.of(new double[] {3, 4}, 2));
    assertEquals("'p' is still in host memory; call to(device) on its module first", refused(p::value));
    p.to(device);
    assertEquals("[square] all operands belong to the device, so the result would have no scope: bring one in with Scope.attach "
        + "or "
        + "Scope.upload", refused(() -> Elementwise.square(p.value())));
    assertArrayEquals(new double[] {9, 16}, Elementwise.square(scope.attach(p.value())).download().doubles());
  }

  @Test
  void aTapeIsWalkedOnce() {
    var x = context.watch(vector(1, 2));
    var y = Elementwise.square(x);
    var loss = Reductions.sum(y);
    assertArrayEquals(new double[] {2, 4}, loss.backward(x).of(x).download().doubles());
    assertEquals("[backward] the tape was consumed by an earlier backward(): run the forward pass again",
        refused(loss::backward));
    assertEquals(5, loss.item());
    refused(y::download);
    String used = "this pass was walked back already: start a new Context for each forward pass";
    assertEquals(used, refused(() -> Elementwise.relu(x)));
    assertEquals(used, refused(() -> context.watch(vector(1))));
  }

  @Test
  void wrongBackwardCallsAreRefusedAndConsumeNothing() {
    assertEquals("[backward] nothing was recorded for this tensor: run the forward pass in Context.train(rng)",
        refused(() -> vector(1).backward()));
    var x = context.watch(vector(1, 2));
    var loss = Reductions.sum(Elementwise.square(x));
    var stranger = Context.train(Rng.seed(1)).watch(vector(1));
    assertEquals("[backward] tensor [1] is not on this tape: watch it in the same Context",
        refused(() -> loss.backward(stranger)));
    var e = assertThrows(ShapeException.class, () -> Elementwise.square(x).backward());
    assertEquals("[backward] needs a scalar, got shape [2]. Reduce it with a sum or a mean first", e.getMessage());
    assertEquals("[add] operands were recorded in two contexts; use one Context per forward pass",
        refused(() -> Arithmetic.add(x, stranger)));
    assertEquals("[watch] tensor [2] is recorded already", refused(() -> context.watch(x)));
    var gradients = loss.backward(x);
    assertArrayEquals(new double[] {2, 4}, gradients.of(x).download().doubles());
    assertThrows(IllegalArgumentException.class, () -> gradients.of(loss));
  }

  @Test
  void aParameterCannotBeItsOwnLoss() {
    var p = new Parameter("p", HostTensor.of(new double[] {3}));
    p.to(device);
    long before = device.memory().lentBytes();
    assertTrue(refused(() -> p.in(context).backward()).startsWith("[backward] the loss is a parameter itself"));
    assertEquals(before, device.memory().lentBytes());
  }

  @Test
  void namedActivationsKeepTheirValueAndGradient() {
    var x = context.watch(vector(1, -2, 3));
    var a = Elementwise.square(x);
    var b = Elementwise.relu(Elementwise.affine(a, 1, -2));
    var unused = Elementwise.exp(a);
    var gradients = Reductions.sum(Arithmetic.multiply(b, a)).backward(a, b, x, unused);
    assertArrayEquals(new double[] {1, 4, 9}, a.download().doubles());
    assertArrayEquals(new double[] {0, 2, 7}, b.download().doubles());
    assertArrayEquals(new double[] {1, 4, 9}, gradients.of(b).download().doubles());
    assertArrayEquals(new double[] {0, 6, 16}, gradients.of(a).download().doubles());
    assertArrayEquals(new double[] {0, -24, 96}, gradients.of(x).download().doubles());
    assertArrayEquals(new double[3], gradients.of(unused).download().doubles(), "the loss does not depend on it");
  }

  @Test
  void aParameterWithoutInfluenceHasNoGradient() {
    var used = new Parameter("used", HostTensor.of(new double[] {2}, 1));
    var idle = new Parameter("idle", HostTensor.of(new double[] {2}, 1));
    used.to(device);
    idle.to(device);
    Elementwise.square(scope.attach(idle.in(context)));
    var gradients = Reductions.sum(Arithmetic.multiply(vector(5), used.in(context))).backward();
    assertEquals(1, gradients.parameters().size());
    assertEquals(5, gradients.of(used).item());
    assertNull(gradients.of(idle));
    assertEquals(5, gradients.globalNorm());
  }

  @Test
  void gradientsAddUpOverBatches() {
    var p = new Parameter("p", HostTensor.of(new double[] {2, 1}, 2));
    p.to(device);
    long before = device.memory().lentBytes();
    try (var sums = new GradientAccumulator(device)) {
      for (int step = 1; step <= 3; step++) {
        try (var inner = device.scope()) {
          var x = inner.upload(HostTensor.of(new double[] {step, 10 * step}, 2));
          Reductions.sum(Arithmetic.multiply(x, p.in(Context.train(Rng.seed(step))))).backward().addTo(sums, 0.5);
        }
      }
      assertArrayEquals(new double[] {3, 30}, sums.gradients().of(p).download().doubles());
      assertEquals(Math.sqrt(909), sums.gradients().globalNorm(), 1e-12);
    }
    assertEquals(before, device.memory().lentBytes());
  }

  @Test
  void memorySavedInAClosedScopeIsNotRead() {
    var x = context.watch(vector(1, 2));
    Tensor loss;
    try (var sibling = device.scope()) {
      loss = Reductions.sum(Arithmetic.multiply(x, sibling.upload(HostTensor.of(new double[] {3, 4}, 2))));
      assertEquals(11, loss.item());
    }
    assertEquals("[backward] a tensor that multiply saved was released: the scope that owned it is closed. Call backward() "
        + "before that "
        + "scope closes (at net)", refused(loss::backward));
  }

  @Test
  void aParameterUnderAStepIsNotRead() {
    var p = new Parameter("p", HostTensor.of(new double[] {3}, 1));
    p.to(device);
    p.changing(true);
    assertTrue(refused(() -> p.in(Context.eval())).contains("is being changed by an optimiser step"));
    p.changing(false);
    assertEquals(3, p.in(Context.eval()).item());
  }
}
