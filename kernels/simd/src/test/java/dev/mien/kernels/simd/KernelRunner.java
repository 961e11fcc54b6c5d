package dev.mien.kernels.simd;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/**
 * Calls kernels until the optimising compiler has taken them, in a process of its own whose output is the machine code. Started with
 * {@code -Xbatch}, a call returns only when the compilation that it set off is done, so a number of calls is all it needs.
 */
final class KernelRunner {
  /** Above the threshold of the optimising compiler. */
  private static final int CALLS = 6000;
  private static final int STEPS = 40;
  /** Rounds of an outer loop, where a kernel has one. */
  private static final int GROUPS = 3;
  private static final int FLOATS = 1 << 16;

  private KernelRunner() {}

  /** Arguments: {@code Class::method}, in any number; each method takes one object with arrays, offsets and a range. */
  public static void main(String[] names) throws Throwable {
    for (String name : names) {
      String[] parts = name.split("::");
      var type = Class.forName(KernelRunner.class.getPackageName() + "." + parts[0]);
      Method method = Arrays.stream(type.getDeclaredMethods()).filter(m -> m.getName().equals(parts[1])).findFirst().orElseThrow();
      var handle = MethodHandles.privateLookupIn(type, MethodHandles.lookup()).unreflect(method);
      Object tile = tile(method.getParameterTypes()[0]);
      for (int i = 0; i < CALLS; i++) {
        handle.invoke(tile);
      }
    }
  }

  /** All offsets are 0, all arrays large and empty: what is computed does not matter. */
  private static Object tile(Class<?> type) throws ReflectiveOperationException {
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object tile = constructor.newInstance();
    for (var field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        if (field.getType() == float[].class) {
          field.set(tile, new float[FLOATS]);
        } else if (field.getType() == int[].class) {
          field.set(tile, new int[STEPS]);
        } else if (field.getName().equals("to")) {
          field.setInt(tile, STEPS);
        } else if (field.getName().endsWith("End") || field.getName().equals("panels")) {
          field.setInt(tile, GROUPS);
        }
      }
    }
    return tile;
  }
}
