package dev.mien.kernels.simd;

import dev.mien.kernels.simd.X86Decoder.Instruction;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A method as the optimising compiler left it, read from what {@code -XX:CompileCommand=print} writes in product builds. */
record CompiledMethod(String name, byte[] code) {
  /** Versions for entry in the middle of a loop carry a percent sign; they are not what runs once a method is warm. */
  private static final Pattern HEAD = Pattern.compile("^Compiled method \\(c2\\) +\\d+ +\\d+ +([%sb!n ]*)4 +(\\S+::\\S+) .*");
  private static final Pattern MAIN = Pattern.compile("^ main code +\\[0x([0-9a-f]+),0x([0-9a-f]+)\\].*");
  private static final Pattern BYTES = Pattern.compile("^ +0x([0-9a-f]+): ((?:[0-9a-f]+ (?:\\| )?)+)$");

  /** The newest version of each method, by {@code Class::method} without the package. */
  static Map<String, CompiledMethod> parse(List<String> lines) {
    var methods = new LinkedHashMap<String, CompiledMethod>();
    for (int i = 0; i < lines.size(); i++) {
      var head = HEAD.matcher(lines.get(i));
      if (head.matches() && !head.group(1).contains("%")) {
        String name = head.group(2).substring(head.group(2).lastIndexOf('.') + 1);
        methods.put(name, new CompiledMethod(name, mainCode(lines, i + 1)));
      }
    }
    return methods;
  }

  private static byte[] mainCode(List<String> lines, int from) {
    long start = 0;
    long end = 0;
    var code = new ByteArrayOutputStream();
    for (int i = from; i < lines.size() && !lines.get(i).startsWith("Compiled method"); i++) {
      var main = MAIN.matcher(lines.get(i));
      if (main.matches()) {
        start = Long.parseLong(main.group(1), 16);
        end = Long.parseLong(main.group(2), 16);
      }
      var bytes = BYTES.matcher(lines.get(i));
      if (bytes.matches() && end > start) {
        long at = Long.parseLong(bytes.group(1), 16);
        String hex = bytes.group(2).replaceAll("[ |]", "");
        for (int k = 0; k < hex.length() && start + code.size() < end; k += 2) {
          if (k == 0 && at != start + code.size()) {
            throw new IllegalStateException("a gap before address " + bytes.group(1));
          }
          code.write(Integer.parseInt(hex.substring(k, k + 2), 16));
        }
      }
    }
    if (code.size() == 0 || start + code.size() != end) {
      throw new IllegalStateException("the listing holds " + code.size() + " bytes of " + (end - start));
    }
    return code.toByteArray();
  }

  /**
   * What the innermost loop with the most fused multiply-adds holds.
   *
   * @param multiplyAdds fused multiply-adds of vectors
   * @param narrow those of them that are narrower than asked for
   * @param stackVectors vector instructions with an operand on the stack: spills
   * @param branches jumps, the one that closes the loop included
   */
  record Loop(int multiplyAdds, int narrow, int stackVectors, int branches, int instructions) {}

  /** The loop in which the method spends its time; all zeros when it has none. */
  Loop hotLoop(int vectorBits) {
    var all = X86Decoder.decode(code);
    var best = new Loop(0, 0, 0, 0, 0);
    for (var close : all) {
      if (close.jumpsBack()) {
        var body = all.stream().filter(i -> i.at() >= close.target() && i.at() <= close.at()).toList();
        if (body.stream().noneMatch(i -> i != close && i.jumpsBack() && i.target() >= close.target())) {
          var loop = loop(body, vectorBits);
          boolean better = loop.multiplyAdds == best.multiplyAdds ? loop.branches < best.branches : loop.multiplyAdds > best.multiplyAdds;
          best = best.instructions == 0 || better ? loop : best;
        }
      }
    }
    return best;
  }

  private static Loop loop(List<Instruction> body, int vectorBits) {
    var fused = new ArrayList<>(body);
    fused.removeIf(i -> !i.multiplyAdd());
    return new Loop(fused.size(), (int) fused.stream().filter(i -> i.bits() < vectorBits).count(),
        (int) body.stream().filter(i -> i.vector() && i.onStack()).count(), (int) body.stream().filter(i -> i.target() >= 0).count(),
        body.size());
  }
}
