package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every public operation has exactly one row in the table of samples, and every row an operation. */
class OpTableTest {
  @Test
  void everyOperationHasItsRow() throws Exception {
    var operations = new TreeSet<String>();
    publicOperations().forEach(m -> operations.add(signature(m)));
    var rows = OpSamples.ROWS.stream().map(OpRow::signature).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(OpSamples.ROWS.size(), rows.size(), "two rows have one signature");
    assertEquals(operations, rows, "give each public operation of dev.mien.engine.ops one row in OpSamples");
  }

  @Test
  void everyRowNamesAWrongCall() {
    for (var row : OpSamples.ROWS) {
      assertFalse(row.failures().isEmpty(), row + " lists no wrong call with its message");
    }
  }

  /** Public static methods of package ops that give a tensor, found in the class files themselves. */
  static List<Method> publicOperations() throws IOException, URISyntaxException, ClassNotFoundException {
    var found = new ArrayList<Method>();
    URI root = Arithmetic.class.getResource("Arithmetic.class").toURI();
    try (var files = Files.list(Path.of(root).getParent())) {
      for (String name : files.map(p -> p.getFileName().toString()).filter(n -> n.endsWith(".class")).sorted().toList()) {
        var type = Class.forName(Arithmetic.class.getPackageName() + "." + name.substring(0, name.length() - ".class".length()));
        Arrays.stream(type.getDeclaredMethods()).filter(OpTableTest::isOperation).forEach(found::add);
      }
    }
    found.sort((a, b) -> signature(a).compareTo(signature(b)));
    return found;
  }

  private static boolean isOperation(Method m) {
    return Modifier.isPublic(m.getModifiers()) && Modifier.isStatic(m.getModifiers())
        && Modifier.isPublic(m.getDeclaringClass().getModifiers())
        && (m.getReturnType() == Tensor.class || m.getReturnType() == DistributionLosses.Result.class);
  }

  static String signature(Method m) {
    return m.getDeclaringClass().getSimpleName() + "." + m.getName()
        + Arrays.stream(m.getParameterTypes()).map(Class::getSimpleName).collect(Collectors.joining(",", "(", ")"));
  }
}
