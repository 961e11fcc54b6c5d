package dev.mien.kernels.opencl;

import java.util.ArrayList;
import java.util.List;

/** Makes calls to OpenCL fail on purpose, for tests: {@link Cl} asks before every call. Off unless a test arms it. */
final class Faults {
  private static volatile Faults armed;

  private final int code;
  private final String call;
  private final int at;
  private final List<String> seen = new ArrayList<>();
  private final int times;
  private int count;

  private Faults(String call, int at, int times, int code) {
    this.call = call;
    this.at = at;
    this.times = times;
    this.code = code;
  }

  /** Lets the {@code at}-th call of that name, from 0, fail with {@code code}; {@code call} null counts all calls. */
  static void arm(String call, int at, int code) {
    arm(call, at, 1, code);
  }

  /** As {@link #arm(String, int, int)}, for {@code times} calls on end. */
  static void arm(String call, int at, int times, int code) {
    armed = new Faults(call, at, times, code);
  }

  /** Fails nothing and records the names of the calls. */
  static void record() {
    armed = new Faults(null, 0, 0, 0);
  }

  /** Ends it; answers the names of the calls made meanwhile. */
  static List<String> disarm() {
    var last = armed;
    armed = null;
    return last == null ? List.of() : last.seen;
  }

  /** The error code that this call is to end with; 0 for none. */
  static int next(String name) {
    var faults = armed;
    return faults == null ? 0 : faults.count(name);
  }

  private synchronized int count(String name) {
    seen.add(name);
    if (call != null && !call.equals(name)) {
      return 0;
    }
    int number = count++;
    return number >= at && number < at + times ? code : 0;
  }
}
