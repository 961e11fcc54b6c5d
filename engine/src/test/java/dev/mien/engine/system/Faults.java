package dev.mien.engine.system;

import dev.mien.engine.tensor.Device;
import dev.mien.kernels.Backend;
import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Dense;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Pointwise;
import dev.mien.kernels.Rows;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/** Counts the calls of a back-end, and on demand fails the n-th or spoils what it wrote. Counts start at 1. */
final class Faults implements InvocationHandler {
  private final Backend backend;
  private int kernels;
  private int calls;
  private int failAt;
  private int poisonAt;

  Faults(Backend backend) {
    this.backend = backend;
  }

  /** What a planned failure throws. */
  static final class Planned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Planned(String message) {
      super(message);
    }
  }

  static Faults of(Device device) {
    return (Faults) Proxy.getInvocationHandler(device.backend());
  }

  /** Kernels run since the last plan. */
  int kernels() {
    return kernels;
  }

  /** Allocations and kernels since the last plan. */
  int calls() {
    return calls;
  }

  /** Starts the counts again; the n-th allocation or kernel will fail before it does anything; 0 for none. */
  void failAt(int call) {
    restart();
    failAt = call;
  }

  /** Starts the counts again; the n-th kernel will write NaN; 0 for none. */
  void poisonAt(int kernel) {
    restart();
    poisonAt = kernel;
  }

  private void restart() {
    kernels = 0;
    calls = 0;
    failAt = 0;
    poisonAt = 0;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    boolean kernel = isKernel(method);
    if (kernel || method.getName().equals("allocate")) {
      calls++;
      if (calls == failAt) {
        throw new Planned("planned failure of " + method.getName());
      }
    }
    try {
      var result = method.invoke(backend, arguments);
      if (kernel && ++kernels == poisonAt) {
        backend.fill(written(method.getName(), arguments), Double.NaN);
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static boolean isKernel(Method method) {
    var owner = method.getDeclaringClass();
    boolean computes = owner == Dense.class || owner == Pointwise.class || owner == Rows.class || method.getName().equals("copy");
    return computes && !method.getName().equals("sumOfSquares");
  }

  /** The first real buffer that a kernel writes. */
  private static Buffer written(String name, Object[] a) {
    return switch (name) {
      case "batchNorm" -> ((BatchNorm.Forward) a[0]).y();
      case "batchNormBackward" -> {
        var call = (BatchNorm.Backward) a[0];
        yield first(call.gx(), call.gGamma(), call.gBeta(), call.gResidual());
      }
      case "pool", "standardize" -> (Buffer) a[2];
      case "conv2dGradWeight", "distributionLoss" -> (Buffer) a[3];
      case "preluBackward" -> first((Buffer) a[3], (Buffer) a[4]);
      case "sgd", "adamW" -> ((Buffer[]) a[1])[0];
      default -> first(Arrays.stream(a).filter(Buffer.class::isInstance).toList().reversed().toArray(Buffer[]::new));
    };
  }

  private static Buffer first(Buffer... candidates) {
    return Arrays.stream(candidates).filter(b -> b != null && b.type() == ElementType.REAL).findFirst().orElseThrow();
  }
}
