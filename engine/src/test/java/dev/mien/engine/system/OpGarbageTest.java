package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random ranks, sizes (0, negative, 2^31 - 1), kinds, element types and attributes: a call answers, and its gradient too, or
 * throws a {@link MienException} with a message; nothing else, and no memory stays behind. 1,000 calls of each operation on the
 * reference and 200 on the cpu, 100 times as many in the full tier.
 */
class OpGarbageTest {
  private static final int FACTOR = Boolean.getBoolean("mien.full") ? 100 : 1;

  @TestFactory
  Stream<DynamicTest> onTheReference() throws Exception {
    return tests("reference", 1_000 * FACTOR);
  }

  @TestFactory
  Stream<DynamicTest> onTheCpu() throws Exception {
    return tests("cpu", 200 * FACTOR);
  }

  private static Stream<DynamicTest> tests(String device, int calls) throws Exception {
    return OpTableTest.publicOperations().stream()
        .map(m -> DynamicTest.dynamicTest(OpTableTest.signature(m), () -> attack(m, device, calls)));
  }

  private static void attack(Method operation, String deviceName, int calls) throws IllegalAccessException {
    int answered = 0;
    try (var device = Device.open(deviceName)) {
      var states = IntStream.range(0, 4).mapToObj(n -> NormalizationSamples.state(device, "s", 1, n)).toList();
      long before = device.memory().lentBytes();
      for (int call = 0; call < calls; call++) {
        answered += attempt(operation, device, states, call) ? 1 : 0;
      }
      assertEquals(before, device.memory().lentBytes(), "memory stayed behind");
      assertTrue(answered > 0 || calls < 1_000, "all " + calls
          + " calls were refused: the garbage is too wrong to test anything");
    }
  }

  private static boolean attempt(Method operation, Device device, List<State> states, int call) throws IllegalAccessException {
    var key = Rng.seed(SampleRunner.SEED).split(OpTableTest.signature(operation)).at(call);
    Object[] arguments = null;
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      arguments = new GarbageArguments(Draw.small(key), scope, context, states).of(operation.getParameterTypes());
      var result = operation.invoke(null, arguments);
      var y = result instanceof DistributionLosses.Result loss ? loss.loss() : (Tensor) result;
      y.download();
      if (y.isRecorded()) {
        SampleRunner.weighted(y).backward();
      }
      return true;
    } catch (MienException e) {
      requireMessage(e);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof MienException mine)) {
        throw new AssertionError(describe(operation, call, arguments), e.getCause());
      }
      requireMessage(mine);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(describe(operation, call, arguments), e);
    }
    return false;
  }

  private static void requireMessage(MienException e) {
    assertTrue(e.getMessage().startsWith("[") && e.getMessage().length() > 15, () -> "says too little: " + e.getMessage());
  }

  private static String describe(Method operation, int call, Object[] arguments) {
    return OpTableTest.signature(operation) + " call " + call + " of seed " + SampleRunner.SEED + ": "
        + Arrays.deepToString(arguments);
  }
}
