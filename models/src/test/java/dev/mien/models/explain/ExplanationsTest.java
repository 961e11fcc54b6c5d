package dev.mien.models.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.models.backbone.AttributeNet.Attended;
import dev.mien.models.backbone.AttributeNet.Mask;
import dev.mien.models.image.RgbImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationsTest {
  /**
   * Two channels of 2 x 2: A1 = (1, 2, 3, 4), A2 = (4, 0, 0, 0); features are their means, y = 3 f1 - 2 f2. So alpha = (3/4, -2/4), the
   * weighted sums are 0.75 A1 - 0.5 A2 = (-1.25, 1.5, 2.25, 3), cut at 0 and stretched: (0, 0.5, 0.75, 1).
   */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void gradCamByHand(String deviceName) {
    try (var device = Device.open(deviceName); var scope = device.scope()) {
      var context = Context.evalRecorded();
      var map = context.watch(scope.upload(HostTensor.of(new float[] {1, 2, 3, 4, 4, 0, 0, 0}, 1, 2, 2, 2)));
      var features = Layouts.flatten(Reductions.mean(map, 2, 3));
      var score = Reductions.sum(Arithmetic.multiply(features, scope.upload(HostTensor.of(new float[] {3, -2}, 1, 2))));
      var found = Explanations.gradCam(new Attended(features, map, List.of()), score, 2).getFirst();
      assertArrayEquals(new float[] {0, 0.5f, 0.75f, 1}, found.values(), 1e-6f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void masksAreAveragedEnlargedAndStretched(String deviceName) {
    try (var device = Device.open(deviceName); var scope = device.scope()) {
      var values = scope.upload(HostTensor.of(new float[] {0.1f, 0.5f, 0.3f, 0.7f, /* second picture: even */ 0.5f, 0.5f, 0.5f, 0.5f}, 2, 2, 1, 2));
      var maps = Explanations.attention(new Mask("A1", values), 4);
      assertEquals(2, maps.size());
      // Means 0.2 and 0.6; half-pixel centres enlarge a row of two to (0, 1/4, 3/4, 1) of the way.
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 4; x++) {
          assertEquals(new float[] {0, 0.25f, 0.75f, 1}[x], maps.getFirst().at(x, y), 1e-5f);
        }
      }
      assertTrue(maps.get(1).isEven());
      assertFalse(maps.get(0).isEven());
    }
  }

  @Test
  void overlaysMixColours() {
    var map = Heatmap.stretched(2, 1, new float[] {-1, 3});
    assertArrayEquals(new float[] {0, 1}, map.values(), 0);
    var face = RgbImage.ofPixels(2, 1, new byte[] {100, 100, 100, 100, 100, 100});
    var over = map.over(face, 0.5);
    assertEquals(50, over.red(0, 0));
    assertEquals(52, over.blue(0, 0), "half of 100 and half of the darkest colour's 4");
    assertEquals(176, over.red(1, 0));
    assertEquals(face, map.over(face, 0));
    assertThrows(IllegalArgumentException.class, () -> map.over(face, 1.1));
    assertThrows(IllegalArgumentException.class, () -> Heatmap.stretched(1, 1, new float[] {Float.NaN}));
    assertThrows(IllegalArgumentException.class, () -> new Heatmap(2, 2, new float[3]));
  }
}
