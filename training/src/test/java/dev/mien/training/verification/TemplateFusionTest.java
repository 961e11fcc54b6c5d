package dev.mien.training.verification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.MienException;
import org.junit.jupiter.api.Test;

class TemplateFusionTest {
  /** Template 7 has a photograph and a video of two frames; the video counts as one. Template 5 has a medium of the same id. */
  @Test
  void templatesByHand() {
    int[] templates = {7, 5, 7, 7};
    int[] media = {1, 1, 2, 2};
    float[][] embeddings = {{1, 0}, {0, 1}, {0, 1}, {0, 1}};
    float[] norms = {3, 9, 6, 2};
    var weighted = new TemplateFusion(templates, media, 2);
    var equal = new TemplateFusion(templates, media, 2);
    for (int i : new int[] {2, 0, 3, 1}) {
      weighted.add(i, embeddings[i], norms[i]);
      equal.add(i, embeddings[i], 1);
    }
    var byNorm = weighted.templates();
    // (1, 0) * 3 + (0, 1) * (6 + 2) / 2 = (3, 4)
    assertEquals(0.6f, byNorm.embeddings().values()[2 * byNorm.row(7)], 1e-7f);
    assertEquals(0.8f, byNorm.embeddings().values()[2 * byNorm.row(7) + 1], 1e-7f);
    assertEquals(1, byNorm.embeddings().values()[2 * byNorm.row(5) + 1], 1e-7f);
    var plain = equal.templates();
    assertEquals(Math.sqrt(0.5), plain.embeddings().values()[2 * plain.row(7)], 1e-7);
    assertEquals(0.8, byNorm.embeddings().dot(byNorm.row(7), byNorm.row(5)), 1e-6);
    var unknown = assertThrows(MienException.class, () -> byNorm.row(6));
    assertTrue(unknown.getMessage().contains("template 6"), unknown.getMessage());
  }

  @Test
  void everyPictureIsAddedOnce() {
    var fusion = new TemplateFusion(new int[] {1, 1, 2}, new int[] {1, 2, 3}, 2);
    fusion.add(0, new float[] {1, 0}, 1);
    assertThrows(MienException.class, () -> fusion.add(0, new float[] {1, 0}, 1));
    assertThrows(MienException.class, () -> fusion.add(3, new float[] {1, 0}, 1));
    assertThrows(MienException.class, () -> fusion.add(1, new float[] {1, 0, 0}, 1));
    var error = assertThrows(MienException.class, fusion::templates);
    assertTrue(error.getMessage().contains("2 of 3 pictures were not added, the first of them 1"), error.getMessage());
  }
}
