package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.Unary;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Errors of OpenCL at every call that a small training step makes: each becomes a named exception, everything made is released, and the
 * next step computes what it should.
 */
class OpenClFaultTest {
  /** Memory, resources, host memory, device, queue, context, value, buffer size, kernel arguments, group size, event, operation. */
  private static final int[] CODES = {-4, -5, -6, -2, -36, -34, -30, -61, -52, -54, -58, -59};
  private static final String[] KINDS = {"buffer", "program", "kernel", "queue", "context", "event"};

  @BeforeEach
  void device() {
    OpenClTests.assume();
  }

  @AfterEach
  void nothingIsLeft() {
    Faults.disarm();
    nothingLives("at the end");
  }

  private static void nothingLives(String when) {
    for (String kind : KINDS) {
      assertEquals(0, Cl.live(kind), kind + "s not released " + when);
    }
  }

  /** Opens, runs a step, closes: upload, convolution in all directions, batch norm, activation, update, norm, download. */
  private static float[] step() {
    try (Backend b = OpenClProvider.open(new BackendOptions(0, 0, true), 0)) {
      Buffer x = image(b, 2, 3, 6, 6);
      Buffer w = plain(b, 4, 3, 3, 3);
      Buffer y = image(b, 2, 4, 6, 6);
      Buffer z = image(b, 2, 4, 6, 6);
      Buffer gw = plain(b, 4, 3, 3, 3);
      Buffer mean = plain(b, 4);
      Buffer variance = plain(b, 4);
      b.upload(values(2 * 3 * 36), x);
      b.upload(values(4 * 27), w);
      var same = Conv2d.of(1, 1);
      b.conv2d(same, x, w, null, y);
      b.batchNorm(new BatchNorm.Forward(y, null, null, null, mean, variance, z, 1e-5, true, true));
      b.unaryBackward(Unary.RELU, z, z, z, y);
      b.conv2dGradWeight(same, x, y, gw, null);
      b.conv2dGradInput(same, y, w, x);
      b.sgd(new OptimizerStep.Sgd(0.1, 0, 0, false, 1), new Buffer[] {w}, new Buffer[] {gw}, null);
      b.sumOfSquares(gw);
      float[] result = new float[4 * 27];
      b.download(w, result);
      for (var buffer : List.of(x, w, y, z, gw, mean, variance)) {
        b.release(buffer);
      }
      b.trim();
      return result;
    }
  }

  private static Buffer image(Backend b, int... dims) {
    return b.allocate(ElementType.REAL, Kind.IMAGE, dims);
  }

  private static Buffer plain(Backend b, int... dims) {
    return b.allocate(ElementType.REAL, Kind.PLAIN, dims);
  }

  private static float[] values(int n) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = (i * 37 % 101 - 50) / 50f;
    }
    return v;
  }

  @Test
  void twelveCodesAtTheFirstAndTheLastCallOfEachName() {
    float[] right = step();
    Faults.record();
    step();
    var calls = Faults.disarm();
    var counts = new HashMap<String, Integer>();
    calls.forEach(c -> counts.merge(c, 1, Integer::sum));
    int thrown = 0;
    for (String name : new LinkedHashSet<>(calls)) {
      for (int at : new LinkedHashSet<>(List.of(0, counts.get(name) - 1))) {
        for (int code : CODES) {
          thrown += fails(name, at, code, right);
        }
      }
    }
    assertArrayEquals(right, step());
    assertTrue(thrown > CODES.length * counts.size(), thrown + " exceptions over " + counts.size() + " names");
  }

  @Test
  void outOfResourcesAtEveryCall() {
    float[] right = step();
    Faults.record();
    step();
    int calls = Faults.disarm().size();
    for (int at = 0; at < calls; at++) {
      fails(null, at, -5, right);
    }
    assertArrayEquals(right, step());
  }

  /** 1 when the step threw, as it should; 0 when it got round the failure, and then its result is right. */
  private static int fails(String name, int at, int code, float[] right) {
    String what = (name == null ? "call" : name) + " number " + at + " with " + code;
    Faults.arm(name, at, code);
    try {
      float[] result = step();
      assertArrayEquals(right, result, what);
      return 0;
    } catch (RuntimeException e) {
      assertInstanceOf(OpenClException.class, e, what);
      assertFalse(e.getMessage().isBlank(), what);
      assertTrue(e.getMessage().contains("CL_") || e instanceof OpenClOutOfMemoryException, what + ": " + e.getMessage());
      return 1;
    } finally {
      Faults.disarm();
      nothingLives("after " + what);
    }
  }

  @Test
  void aLostDeviceIsSaidToBeOne() {
    Faults.arm("clEnqueueNDRangeKernel", 0, -36);
    try {
      step();
    } catch (OpenClDeviceLostException e) {
      assertTrue(e.getMessage().contains("resume from the last checkpoint"), e.getMessage());
      return;
    }
    throw new AssertionError("no exception");
  }
}
