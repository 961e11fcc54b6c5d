package dev.mien.training.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CueMaskTest {
  private static final int SIDE = 64;
  private final SyntheticFaces faces = new SyntheticFaces(2026, 200);

  private double area(int index, Cue cue) {
    return faces.cues(index, SIDE).get(cue).area();
  }

  private int[] where(int gender, int fromYears, int toYears) {
    return IntStream.range(0, faces.size()).filter(i -> faces.face(i).gender() == gender && faces.face(i).ageYears() >= fromYears
        && faces.face(i).ageYears() < toYears).limit(8).toArray();
  }

  @Test
  void onlyMenHaveBeards() {
    for (int woman : where(1, 20, 100)) {
      assertEquals(0, area(woman, Cue.BEARD), 0, "face " + woman);
    }
    assertTrue(IntStream.of(where(0, 25, 100)).anyMatch(man -> area(man, Cue.BEARD) > 0.05));
  }

  @Test
  void theOldAreLinedAndChildrenAreNot() {
    double old = IntStream.of(where(0, 65, 101)).mapToDouble(i -> area(i, Cue.CREASES)).average().orElseThrow();
    double young = IntStream.of(where(0, 0, 10)).mapToDouble(i -> area(i, Cue.CREASES)).average().orElseThrow();
    assertTrue(old > 0.04 && young < 0.3 * old, "old " + old + ", young " + young);
  }

  /** Eyes lie above the mouth, brows above the eyes, in pictures that are hardly turned. */
  @Test
  void cuesLieWhereFacesHaveThem() {
    for (int i = 0; i < 12; i++) {
      var cues = faces.cues(i, SIDE);
      double eyes = middle(cues.get(Cue.EYES));
      assertTrue(eyes < middle(cues.get(Cue.MOUTH)) - 8, "face " + i);
      assertTrue(middle(cues.get(Cue.BROWS)) < eyes, "face " + i);
      assertTrue(cues.get(Cue.EYES).area() > 0.005 && cues.get(Cue.EYES).area() < 0.12, "face " + i + ": " + cues.get(Cue.EYES).area());
      assertTrue(cues.get(Cue.HAIR).area() < 0.6, "face " + i);
    }
  }

  private static double middle(CueMask mask) {
    double sum = 0;
    double count = 0;
    for (int at = 0; at < mask.cover().length; at++) {
      if (mask.shows(at)) {
        sum += at / mask.side();
        count++;
      }
    }
    return sum / count;
  }

  @Test
  void masksArePureAndJoin() {
    var cues = faces.cues(3, SIDE);
    assertArrayEquals(cues.get(Cue.HAIR).cover(), faces.cues(3, SIDE).get(Cue.HAIR).cover());
    var any = cues.values().stream().reduce(CueMask::or).orElseThrow();
    assertTrue(any.area() >= cues.get(Cue.HAIR).area() && any.area() < 1);
  }
}
