package dev.mien.training.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyntheticFacesTest {
  private final SyntheticFaces faces = new SyntheticFaces(2026, 1000);

  @Test
  void drawsTheSameBytesOnEveryMachine() throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    for (int index = 0; index < 24; index++) {
      digest.update(faces.render(index, index % 3 == 0 ? 64 : 48));
    }
    assertEquals("93493e585bab9cd80a0ac5d27cfc0976f0175ae4655d37da0957e1e2f1f21b28", HexFormat.of().formatHex(digest.digest()),
        "the look of the faces changed: intended changes replace this hash, and the figures of the synthetic runs in the README");
  }

  @Test
  void aPictureIsAPureFunctionOfSeedAndIndex() {
    var again = new SyntheticFaces(2026, 10);
    byte[] later = again.render(7, 64);
    again.render(3, 64);
    assertArrayEquals(later, again.render(7, 64));
    assertArrayEquals(later, faces.render(7, 64));
    assertFalse(Arrays.equals(later, new SyntheticFaces(2027, 10).render(7, 64)));
    assertFalse(Arrays.equals(later, faces.render(8, 64)));
  }

  @Test
  void labelsCoverAgesAndGenders() {
    var all = IntStream.range(0, faces.size()).mapToObj(faces::face).toList();
    for (int decade = 0; decade < 9; decade++) {
      int from = 10 * decade;
      assertTrue(all.stream().anyMatch(f -> f.ageYears() >= from && f.ageYears() < from + 10), "no face of " + from + " years");
    }
    assertTrue(all.stream().allMatch(f -> f.ageYears() >= 0 && f.ageYears() <= 100 && f.ageYears() == Math.rint(f.ageYears())));
    long women = all.stream().filter(f -> f.gender() == 1).count();
    assertTrue(women > 420 && women < 580, women + " of 1000 are women");
    double noise = all.stream().mapToDouble(f -> f.appearanceAgeYears() - f.ageYears()).average().orElseThrow();
    assertTrue(Math.abs(noise) < 0.35, "the appearance is off by " + noise + " years on average");
  }

  @Test
  void picturesOfAPersonShareTheirTraits() {
    var albums = new SyntheticFaces(5, 30, 3, AgePrior.uniform());
    var first = albums.parameters(9);
    var second = albums.parameters(10);
    assertEquals(albums.face(9).identity(), albums.face(10).identity());
    assertEquals(albums.face(9).gender(), albums.face(10).gender());
    assertEquals(first.eyes().irisColor(), second.eyes().irisColor());
    assertEquals(first.skin().melanin(), second.skin().melanin());
    assertTrue(first.scene().yaw() != second.scene().yaw());
    assertTrue(first.skin().melanin() != albums.parameters(12).skin().melanin());
  }

  @Test
  void cuesMoveWithAgeOnAverage() {
    double[] ages = {1, 8, 20, 35, 50, 65, 80, 95};
    rises("grey hair", ages, 3, f -> f.hair().grey());
    rises("forehead lines", ages, 3, f -> f.wrinkles().forehead());
    rises("nasolabial folds", ages, 2, f -> f.wrinkles().nasolabial());
    rises("bags", ages, 3, f -> f.wrinkles().bags());
    rises("receding hair", ages, 3, f -> f.hair().recession());
    rises("ears", ages, 0, f -> f.body().earSize());
    rises("nose length", ages, 0, f -> f.nose().baseY() - f.nose().rootY());
    rises("thin lips", ages, 2, f -> -f.mouth().upper() - f.mouth().lower());
    rises("small eyes", ages, 0, f -> -f.eyes().aperture());
    rises("low brow in the head", ages, 0, f -> -f.head().eyeY());
  }

  /** Means over 200 people must rise from each age to the next, from ages[from] on. */
  private static void rises(String cue, double[] ages, int from, ToDoubleFunction<FaceParameters> value) {
    double before = Double.NEGATIVE_INFINITY;
    for (int k = Math.max(0, from - 1); k < ages.length; k++) {
      double age = ages[k];
      double mean = IntStream.range(0, 200).mapToDouble(i -> value.applyAsDouble(FaceParameters.draw(subject(i, age)))).average()
          .orElseThrow();
      assertTrue(mean > before, cue + " does not rise at " + age + " years: " + mean + " after " + before);
      before = mean;
    }
  }

  private static Subject subject(int person, double ageYears) {
    var rng = Rng.seed(person);
    return new Subject(rng.split("person"), rng.split("picture"), person % 2, ageYears);
  }

  @Test
  void gendersDifferInTheirCuesButOverlap() {
    double[] jaw = {0, 0};
    int bearded = 0;
    for (int i = 0; i < 400; i++) {
      var face = FaceParameters.draw(subject(i, 30));
      jaw[i % 2] += face.head().jaw() / 200;
      bearded += face.beard().moustache() > 0 && i % 2 == 0 ? 1 : 0;
      assertTrue(i % 2 == 0 || face.beard().shadow() == 0, "a woman with a beard");
    }
    assertTrue(jaw[0] > jaw[1] + 0.02, jaw[0] + " " + jaw[1]);
    assertTrue(bearded > 40 && bearded < 120, bearded + " of 200 men of 30 have a moustache or beard");
    assertEquals(0, FaceParameters.draw(subject(2, 9)).beard().shadow());
  }

  @Test
  void saysWhatIsWrong() {
    assertThrows(MienException.class, () -> faces.render(1000, 64));
    assertThrows(MienException.class, () -> faces.render(-1, 64));
    assertThrows(MienException.class, () -> faces.render(0, 15));
    assertThrows(MienException.class, () -> new SyntheticFaces(1, 0));
    assertThrows(MienException.class, () -> new AgePrior(new double[101]));
    assertThrows(MienException.class, () -> new AgePrior(new double[] {1}));
  }
}
