package dev.mien.engine.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that others wrote; src/test/python/make_safetensors.py says how. */
class SafeTensorsInteropTest {
  @ParameterizedTest
  @ValueSource(strings = {"by_struct", "by_safetensors"})
  void filesOfOtherWritersAreRead(String name) throws IOException {
    byte[] bytes;
    try (var in = getClass().getResourceAsStream(name + ".safetensors")) {
      bytes = in.readAllBytes();
    }
    var contents = SafeTensors.read(name, bytes);
    var t = contents.tensors();
    assertEquals(Set.of("weight", "scalar", "empty", "labels", "num_batches_tracked", "half", "image"), t.keySet());
    assertArrayEquals(new float[] {0, 0.5f, 1, 1.5f, 2, 2.5f}, t.get("weight").floats());
    assertArrayEquals(new int[] {2, 3}, t.get("weight").shape().toArray());
    assertArrayEquals(new double[] {Math.PI}, t.get("scalar").doubles());
    assertEquals(0, t.get("scalar").shape().rank());
    assertArrayEquals(new int[] {0, 4}, t.get("empty").shape().toArray());
    assertArrayEquals(new int[] {-1, 0, Integer.MAX_VALUE}, t.get("labels").ints());
    assertArrayEquals(new int[] {1234567}, t.get("num_batches_tracked").ints());
    assertArrayEquals(new float[] {1, -2.5f, 65504}, t.get("half").floats());
    assertArrayEquals(new byte[] {0, 1, -128, -1}, t.get("image").bytes());
    assertEquals(Map.of("writer", name.substring(3), "größe", "2 × 3"), contents.metadata());
    assertEquals(List.of(), contents.nonFinite());
  }
}
