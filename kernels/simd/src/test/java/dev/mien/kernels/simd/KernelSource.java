package dev.mien.kernels.simd;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a generated micro-kernel promises, read from its source.
 *
 * @param name {@code Class::method}
 * @param multiplyAdds fused multiply-adds in the loop, one for each accumulator
 * @param operands vectors loaded in the loop
 * @param pointers offsets that are read from a table and not computed: their bounds cannot be checked before the loop
 * @param fences jumps that are never taken and keep the compiler from loading ahead
 */
record KernelSource(String name, int multiplyAdds, int operands, int pointers, int fences) {
  private static final Pattern METHOD = Pattern.compile("static void (\\w+)\\((\\w+) t\\) \\{\\n(.*?)\\n {2}\\}\\n", Pattern.DOTALL);
  /** A loop that holds no other, up to the brace below its first letter. */
  private static final Pattern LOOP = Pattern.compile("\\n( +)for \\(((?!\\n +for ).)*?\\n\\1\\}", Pattern.DOTALL);

  /** The kernels of one file: methods of one argument whose innermost loop multiplies and adds. */
  static List<KernelSource> of(String file, String source) {
    var kernels = new ArrayList<KernelSource>();
    var methods = METHOD.matcher(source);
    while (methods.find()) {
      var loop = LOOP.matcher(methods.group(3));
      if (loop.find() && loop.group().contains(".fma(")) {
        String body = loop.group();
        kernels.add(new KernelSource(file.replace(".java", "") + "::" + methods.group(1), count(body, "\\.fma\\("),
            count(body, "FloatVector\\.fromArray"), count(body, "\\bint \\w+ = \\w+ \\+ (o|offsets\\[\\w+\\]);"), count(body, "== never\\) break;")));
      }
    }
    return kernels;
  }

  private static int count(String text, String regex) {
    return (int) Pattern.compile(regex).matcher(text).results().count();
  }

  /** Vector registers that are live at once: accumulators, operands and one broadcast. */
  int registers() {
    return multiplyAdds + operands + 1;
  }

  /** The jump that closes the loop, its fences, two checks for each offset from the table, one for a distance between operands. */
  int mostBranches() {
    return 1 + fences + (pointers == 0 ? 0 : 2 * pointers + (operands > 1 ? 1 : 0));
  }
}
