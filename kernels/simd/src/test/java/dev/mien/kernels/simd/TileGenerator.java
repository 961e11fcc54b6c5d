package dev.mien.kernels.simd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the micro-kernels, which must be straight-line code: accumulators in named locals, one flat loop, no vector-valued
 * helper. Run its main with the folder {@code kernels/simd/src/main/java/dev/mien/kernels/simd} after a change; a test compares.
 *
 * <p>A tile of six rows and two vectors leaves one of 16 registers free, and the compiler, which loads ahead, spills. So after each pair of
 * rows stands a jump that is never taken, {@code if (k == t.never) break}: all sums are needed behind it, so they are made before it, and
 * what comes later is loaded later. The next smaller tile loads a quarter more for each multiply-add.
 */
final class TileGenerator {
  private static final String HEAD = """
      package dev.mien.kernels.simd;

      import static dev.mien.kernels.simd.Lanes.COUNT;
      import static dev.mien.kernels.simd.Lanes.F;

      import jdk.incubator.vector.FloatVector;

      """;

  /** Pixels of a group in the kernels that walk many groups. */
  private static final int[] GROUP_PIXELS = {6, 4};

  private final StringBuilder out = new StringBuilder(HEAD);

  private TileGenerator() {}

  /** The generated files by name. */
  static Map<String, String> files() {
    var files = new LinkedHashMap<String, String>();
    files.put("ConvKernels.java", convolution());
    files.put("ConvGroupKernels.java", convolutionGroups());
    files.put("GradKernels.java", weightGradient());
    files.put("GradUnitKernels.java", weightGradientUnits());
    files.put("GemmKernels.java", gemm());
    files.put("TransposeKernels.java", transpose());
    return files;
  }

  /** Writes the files into the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    for (var file : files().entrySet()) {
      Files.writeString(Path.of(args[0], file.getKey()), file.getValue());
    }
  }

  private static String convolution() {
    var g = new TileGenerator();
    int[][] shapes = {{2, 7}, {1, 7}, {3, 4}, {2, 4}, {1, 4}};
    g.begin("ConvKernels", "Direct convolution: groups of pixels times one or two vectors of output channels.");
    g.dispatch("ConvTile", "int groups, int pixels, int vectors", "groups * 100 + pixels * 10 + vectors", shapes,
        "tile%1$dx%2$d");
    for (int[] s : shapes) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        g.convolutionKernel(s[0], s[1], vectors);
      }
    }
    return g.end();
  }

  private static String convolutionGroups() {
    var g = new TileGenerator();
    g.begin("ConvGroupKernels", "Direct convolution: one group of pixels after the other in one call.");
    g.line("");
    g.line("  /** Runs the kernel of one group of pixels over the groups {@code group .. groupEnd-1} of the tile. */");
    g.line("  static void run(ConvTile t, int pixels, int vectors) {");
    g.line("    switch (pixels * 10 + vectors) {");
    for (int pixels : GROUP_PIXELS) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        g.line("      case %d -> groups%dv%d(t);", pixels * 10 + vectors, pixels, vectors);
      }
    }
    g.line("      default -> throw new IllegalArgumentException(\"no kernel of this shape: \" + (pixels * 10 + vectors));");
    g.line("    }");
    g.line("  }");
    for (int pixels : GROUP_PIXELS) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        g.groupsKernel(pixels, vectors);
      }
    }
    return g.end();
  }

  private void groupsKernel(int pixels, int vectors) {
    line("");
    line("  private static void groups%dv%d(ConvTile t) {", pixels, vectors);
    line("    float[] x = t.x, w = t.w, start = t.start, y = t.y;");
    line("    int[] offsets = t.offsets, xs = t.xs, ys = t.ys;");
    line("    int from = t.from, to = t.to, wBase = t.wBase, xBase = t.x0, yBase = t.y0, s0 = t.s0, end = t.groupEnd;");
    line("    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;");
    line("    boolean fresh = t.fresh;");
    never(pixels, vectors);
    line("    for (int g = t.group; g < end; g++) {");
    line("      int z = yBase + ys[g], s = fresh ? s0 : z, p0 = xBase + xs[g];");
    for (int r = 0; r < pixels; r++) {
      out.append("  ");
      load(r, vectors, "start", "s + " + r + " * sPixel", "sVector");
    }
    line("      for (int k = from; k < to; k++) {");
    line("        int p = p0 + offsets[k];");
    line("        int wi = wBase + k * (%d * COUNT);", vectors);
    for (int v = 0; v < vectors; v++) {
      line("        var v%d = FloatVector.fromArray(F, w, wi%s);", v, v == 0 ? "" : " + COUNT");
    }
    for (int r = 0; r < pixels; r++) {
      out.append("  ");
      multiply(r, vectors, "x[p" + plus(16 * r) + "]");
      fence("        ", "k", r, pixels, vectors);
    }
    line("      }");
    for (int r = 0; r < pixels; r++) {
      out.append("  ");
      store(r, vectors, "y", "z + " + r + " * yPixel", "yVector");
    }
    line("    }");
    line("  }");
  }

  private void convolutionKernel(int groups, int pixels, int vectors) {
    line("");
    line("  private static void tile%dx%dv%d(ConvTile t) {", groups, pixels, vectors);
    line("    float[] x = t.x, w = t.w, start = t.start, y = t.y;");
    line("    int[] offsets = t.offsets;");
    line("    int to = t.to, wBase = t.wBase%s;", bases("x", groups));
    for (int g = 0; g < groups; g++) {
      line("    int s%d = t.s%d, y%d = t.y%d;", g, g, g, g);
    }
    line("    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;");
    never(groups * pixels, vectors);
    for (int r = 0; r < groups * pixels; r++) {
      load(r, vectors, "start", "s" + r / pixels + " + " + r % pixels + " * sPixel", "sVector");
    }
    line("    for (int k = t.from; k < to; k++) {");
    line("      int o = offsets[k];");
    for (int g = 0; g < groups; g++) {
      line("      int p%d = x%d + o;", g, g);
    }
    line("      int wi = wBase + k * (%d * COUNT);", vectors);
    operand("w", "wi", vectors, "COUNT");
    for (int r = 0; r < groups * pixels; r++) {
      multiply(r, vectors, "x[p" + r / pixels + plus(16 * (r % pixels)) + "]");
      fence("      ", "k", r, groups * pixels, vectors);
    }
    line("    }");
    for (int r = 0; r < groups * pixels; r++) {
      store(r, vectors, "y", "y" + r / pixels + " + " + r % pixels + " * yPixel", "yVector");
    }
    line("  }");
  }

  private static String weightGradient() {
    var g = new TileGenerator();
    int[][] shapes = {{3, 4}, {2, 4}, {1, 4}, {4, 3}, {3, 3}, {2, 3}, {1, 3}};
    g.begin("GradKernels", "Weight gradient: units of 4 or 3 input channels times vectors of output channels, over pixels.");
    g.dispatch("GradTile", "int units, int rows, int vectors", "units * 100 + rows * 10 + vectors", shapes, "tile%1$dx%2$d");
    for (int[] s : shapes) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        g.weightGradientKernel(s[0], s[1], vectors);
      }
    }
    return g.end();
  }

  private static String weightGradientUnits() {
    var g = new TileGenerator();
    g.begin("GradUnitKernels", "Weight gradient on narrow vectors: one unit of input channels after the other in one call.");
    g.line("");
    g.line("  /** Runs the kernel of {@code units} neighbours of {@code rows} rows over the units {@code unit .. unitEnd-1} of the tile. */");
    g.line("  static void run(GradTile t, int units, int rows, int vectors) {");
    g.line("    switch ((t.linear ? 1000 : 0) + units * 100 + rows * 10 + vectors) {");
    int[][] shapes = {{1, 6}, {1, 4}, {2, 3}, {1, 3}};
    for (int[] s : shapes) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        g.line("      case %d -> units%dx%dv%d(t);", s[0] * 100 + s[1] * 10 + vectors, s[0], s[1], vectors);
        if (linear(s[1])) {
          g.line("      case %d -> linear%dx%dv%d(t);", 1000 + s[0] * 100 + s[1] * 10 + vectors, s[0], s[1], vectors);
        }
      }
    }
    g.line("      default -> throw new IllegalArgumentException(\"no kernel of this shape: \" + (units * 100 + rows * 10 + vectors));");
    g.line("    }");
    g.line("  }");
    for (int[] s : shapes) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        g.unitsKernel(s[0], s[1], vectors, false);
        if (linear(s[1])) {
          g.unitsKernel(s[0], s[1], vectors, true);
        }
      }
    }
    return g.end();
  }

  /** Whether there is a kernel for pixels side by side: not for pictures. */
  private static boolean linear(int rows) {
    return rows != 3;
  }

  /** The pixels of {@code linear} kernels lie side by side; those of others where the offsets say. */
  private void unitsKernel(int units, int rows, int vectors, boolean linear) {
    line("");
    line("  private static void %s%dx%dv%d(GradTile t) {", linear ? "linear" : "units", units, rows, vectors);
    line("    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;");
    line("    int[] %sxs = t.xs, zs = t.zs;", linear ? "" : "offsets = t.offsets, ");
    line("    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;");
    line("    int s0 = t.startBase, z0 = t.sumBase;");
    line("    boolean fresh = t.fresh;");
    never(units * rows, vectors);
    line("    for (int u = t.unit; u < end; u += %d) {", units);
    for (int i = 0; i < units; i++) {
      line("      int x%d = xBase + xs[u%s];", i, plus(i));
    }
    line("      int z = z0 + zs[u], s = fresh ? s0 : z;");
    for (int r = 0; r < units * rows; r++) {
      out.append("  ");
      load(r, vectors, "start", "s + " + r * vectors + " * COUNT", "COUNT");
    }
    line("      for (int p = from; p < to; p++) {");
    line("        int o = %s;", linear ? "p * 16" : "offsets[p]");
    for (int i = 0; i < units; i++) {
      line("        int p%d = x%d + o;", i, i);
    }
    line("        int gi = gyBase + p * 16;");
    for (int v = 0; v < vectors; v++) {
      line("        var v%d = FloatVector.fromArray(F, gy, gi%s);", v, v == 0 ? "" : " + COUNT");
    }
    for (int r = 0; r < units * rows; r++) {
      out.append("  ");
      multiply(r, vectors, "x[p" + r / rows + plus(r % rows) + "]");
      fence("        ", "p", r, units * rows, vectors);
    }
    line("      }");
    for (int r = 0; r < units * rows; r++) {
      out.append("  ");
      store(r, vectors, "sum", "z + " + r * vectors + " * COUNT", "COUNT");
    }
    line("    }");
    line("  }");
  }

  private void weightGradientKernel(int units, int rows, int vectors) {
    line("");
    line("  private static void tile%dx%dv%d(GradTile t) {", units, rows, vectors);
    line("    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;");
    line("    int[] offsets = t.offsets;");
    line("    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector%s;", bases("x", units));
    line("    int s = t.startBase, z = t.sumBase;");
    never(rows * units, vectors);
    for (int r = 0; r < rows * units; r++) {
      load(r, vectors, "start", "s + " + r * vectors + " * COUNT", "COUNT");
    }
    line("    for (int p = t.from; p < to; p++) {");
    line("      int o = offsets[p];");
    for (int g = 0; g < units; g++) {
      line("      int p%d = x%d + o;", g, g);
    }
    line("      int gi = gyBase + p * 16;");
    operand("gy", "gi", vectors, "gyVector");
    for (int r = 0; r < rows * units; r++) {
      multiply(r, vectors, "x[p" + r / rows + plus(r % rows) + "]");
      fence("      ", "p", r, rows * units, vectors);
    }
    line("    }");
    for (int r = 0; r < rows * units; r++) {
      store(r, vectors, "sum", "z + " + r * vectors + " * COUNT", "COUNT");
    }
    line("  }");
  }

  private static String gemm() {
    var g = new TileGenerator();
    int[][] shapes = {{14}, {12}, {8}, {6}, {4}, {2}, {1}};
    g.begin("GemmKernels", "Matrix product of packed panels: rows of A times one or two vectors of columns of B.");
    g.dispatch("GemmTile", "int rows, int vectors", "rows * 10 + vectors", shapes, "tile%1$d");
    for (int[] s : shapes) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        g.gemmKernel(s[0], vectors);
      }
    }
    return g.end();
  }

  private void gemmKernel(int rows, int vectors) {
    line("");
    line("  private static void tile%dv%d(GemmTile t) {", rows, vectors);
    line("    float[] a = t.a, b = t.b, start = t.start, c = t.c;");
    line("    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;");
    line("    int z = t.cBase, cRow = t.cRow;");
    never(rows, vectors);
    for (int r = 0; r < rows; r++) {
      load(r, vectors, "start", "s + " + r + " * startRow", "COUNT");
    }
    line("    for (int k = t.from; k < to; k++) {");
    line("      int ai = aBase + k * %d;", rows);
    line("      int bi = bBase + k * (%d * COUNT);", vectors);
    operand("b", "bi", vectors, "COUNT");
    for (int r = 0; r < rows; r++) {
      multiply(r, vectors, "a[ai" + plus(r) + "]");
      fence("      ", "k", r, rows, vectors);
    }
    line("    }");
    for (int r = 0; r < rows; r++) {
      store(r, vectors, "c", "z + " + r + " * cRow", "COUNT");
    }
    line("  }");
  }

  private static String transpose() {
    var g = new TileGenerator();
    g.out.setLength(0);
    g.out.append(HEAD.replace("import jdk.incubator.vector.FloatVector;", """
        import jdk.incubator.vector.FloatVector;
        import jdk.incubator.vector.VectorMask;
        import jdk.incubator.vector.VectorShuffle;""".strip()));
    g.begin("TransposeKernels", "Transposes squares of COUNT by COUNT floats: log2(COUNT) rounds of swaps and blends.");
    for (int h = 8; h >= 1; h /= 2) {
      g.line("  private static final VectorShuffle<Float> SWAP_%d = VectorShuffle.fromOp(F, i -> i ^ %d & COUNT - 1);", h, h);
    }
    for (int h = 8; h >= 1; h /= 2) {
      g.line("  private static final VectorMask<Float> UPPER_%d = VectorMask.fromLong(F, mask(%d));", h, h);
    }
    g.line("");
    g.line("  private static long mask(int bit) {");
    g.line("    long mask = 0;");
    g.line("    for (int i = 0; i < COUNT; i++) {");
    g.line("      mask |= (i & bit) != 0 ? 1L << i : 0;");
    g.line("    }");
    g.line("    return mask;");
    g.line("  }");
    g.line("");
    g.line("  /** {@code to[at + i*step + j] = from[base + rows[first + j] + i]} for i and j in [0, COUNT). */");
    g.line("  static void square(float[] from, int base, int[] rows, int first, float[] to, int at, int step) {");
    g.line("    switch (COUNT) {");
    for (int n = 16; n >= 4; n /= 2) {
      g.line("      %s -> square%d(from, base, rows, first, to, at, step);", n == 4 ? "default" : "case " + n, n);
    }
    g.line("    }");
    g.line("  }");
    for (int n = 16; n >= 4; n /= 2) {
      g.transposeKernel(n);
    }
    return g.end();
  }

  private void transposeKernel(int n) {
    line("");
    line("  private static void square%d(float[] from, int base, int[] rows, int first, float[] to, int at, int step) {", n);
    for (int i = 0; i < n; i++) {
      line("    var a%d = FloatVector.fromArray(F, from, base + rows[first%s]);", i, plus(i));
    }
    String now = "a";
    for (int h = n / 2; h >= 1; h /= 2) {
      String next = String.valueOf((char) (now.charAt(0) + 1));
      for (int i = 0; i < n; i++) {
        if ((i & h) == 0) {
          line("    var %s%d = %s%d.blend(%s%d.rearrange(SWAP_%d), UPPER_%d);", next, i, now, i, now, i | h, h, h);
          line("    var %s%d = %s%d.rearrange(SWAP_%d).blend(%s%d, UPPER_%d);", next, i | h, now, i, h, now, i | h, h);
        }
      }
      now = next;
    }
    for (int i = 0; i < n; i++) {
      line("    %s%d.intoArray(to, at + %d * step);", now, i, i);
    }
    line("  }");
  }

  private void begin(String name, String purpose) {
    line("/** %s Written by TileGenerator. */", purpose);
    line("final class %s {", name);
    line("  private %s() {}", name);
  }

  private String end() {
    line("}");
    return out.toString();
  }

  private void dispatch(String type, String parameters, String key, int[][] shapes, String name) {
    line("");
    line("  /** Runs the kernel of the given shape. */");
    line("  static void run(%s t, %s) {", type, parameters);
    line("    switch (%s) {", key);
    for (int[] s : shapes) {
      for (int vectors = 2; vectors >= 1; vectors--) {
        int value = s.length == 1 ? s[0] * 10 + vectors : s[0] * 100 + s[1] * 10 + vectors;
        line("      case %d -> %sv%d(t);", value, String.format(name, s[0], s.length == 1 ? 0 : s[1]), vectors);
      }
    }
    line("      default -> throw new IllegalArgumentException(\"no kernel of this shape: \" + (%s));", key);
    line("    }");
    line("  }");
  }

  private void load(int row, int vectors, String array, String at, String step) {
    var statements = new ArrayList<String>();
    for (int v = 0; v < vectors; v++) {
      String index = v == 0 ? at : at + " + " + step;
      statements.add("var " + name(row, v) + " = FloatVector.fromArray(F, " + array + ", " + index + ");");
    }
    statements("    ", statements);
  }

  /** On one line where they fit. */
  private void statements(String indent, List<String> statements) {
    String joined = indent + String.join(" ", statements);
    if (joined.length() <= 130) {
      line("%s", joined);
    } else {
      statements.forEach(s -> line("%s", indent + s));
    }
  }

  private void store(int row, int vectors, String array, String at, String step) {
    var s = new StringBuilder("   ");
    for (int v = 0; v < vectors; v++) {
      s.append(' ').append(name(row, v)).append(".intoArray(").append(array).append(", ").append(at)
          .append(v == 0 ? "" : " + " + step).append(");");
    }
    line("%s", s);
  }

  private void operand(String array, String at, int vectors, String step) {
    for (int v = 0; v < vectors; v++) {
      line("      var v%d = FloatVector.fromArray(F, %s, %s%s);", v, array, at, v == 0 ? "" : " + " + step);
    }
  }

  private static boolean fenced(int rows, int vectors) {
    return rows == 6 && vectors == 2;
  }

  private void never(int rows, int vectors) {
    if (fenced(rows, vectors)) {
      line("    int never = t.never;");
    }
  }

  /** After each pair of rows. */
  private void fence(String indent, String counter, int row, int rows, int vectors) {
    if (fenced(rows, vectors) && row % 2 == 1) {
      line("%sif (%s == never) break;", indent, counter);
    }
  }

  private void multiply(int row, int vectors, String scalar) {
    var s = new StringBuilder("      var e").append(row).append(" = FloatVector.broadcast(F, ").append(scalar).append(");");
    for (int v = 0; v < vectors; v++) {
      String acc = name(row, v);
      s.append(' ').append(acc).append(" = e").append(row).append(".fma(v").append(v).append(", ").append(acc).append(");");
    }
    line("%s", s);
  }

  private static String name(int row, int vector) {
    return (vector == 0 ? "c" : "d") + row;
  }

  private static String plus(int n) {
    return n == 0 ? "" : " + " + n;
  }

  private static String bases(String name, int count) {
    var s = new StringBuilder();
    for (int g = 0; g < count; g++) {
      s.append(", ").append(name).append(g).append(" = t.").append(name).append(g);
    }
    return s.toString();
  }

  private void line(String format, Object... args) {
    out.append(args.length == 0 ? format : String.format(format, args)).append('\n');
  }
}
