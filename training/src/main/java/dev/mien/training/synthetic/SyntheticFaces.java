package dev.mien.training.synthetic;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import java.util.Map;

/**
 * A data set of drawn faces: every label and picture is a pure function of (seed, index), with the same bytes on every machine.
 * Safe for any number of threads.
 *
 * <pre>{@code
 * var faces = new SyntheticFaces(2026, 3000);
 * byte[] rgb = faces.render(0, 64);
 * double age = faces.face(0).ageYears();
 * }</pre>
 */
public final class SyntheticFaces {
  /** The least side of a picture in pixels. */
  public static final int LEAST_SIDE = 16;
  private static final int GREATEST_SIDE = 2048;

  private final Rng rng;
  private final int size;
  private final int picturesPerIdentity;
  private final AgePrior prior;

  /** One picture of each person, ages as in photo collections. */
  public SyntheticFaces(long seed, int size) {
    this(seed, size, 1, AgePrior.photographs());
  }

  /**
   * @param size number of pictures
   * @param picturesPerIdentity consecutive pictures that show the same person, at independent ages
   * @throws MienException when a number is not positive
   */
  public SyntheticFaces(long seed, int size, int picturesPerIdentity, AgePrior prior) {
    if (size <= 0 || picturesPerIdentity <= 0) {
      throw new MienException("[synthetic] expected at least one picture and one picture per identity, got " + size + " and "
          + picturesPerIdentity);
    }
    this.rng = Rng.seed(seed).split("synthetic faces");
    this.size = size;
    this.picturesPerIdentity = picturesPerIdentity;
    this.prior = prior;
  }

  /** Number of pictures. */
  public int size() {
    return size;
  }

  /** The label of a picture. */
  public SyntheticFace face(int index) {
    check(index);
    int identity = index / picturesPerIdentity;
    var picture = rng.split("picture").at(index);
    int age = prior.quantile(picture.split("age").uniform(0));
    double appearance = AppearanceNoise.appearanceYears(age, picture.split("appearance").gaussian(0));
    int gender = rng.split("person").at(identity).split("gender").uniform(0) < 0.5 ? 0 : 1;
    return new SyntheticFace(index, identity, age, appearance, gender);
  }

  /** What a picture shows. */
  public FaceParameters parameters(int index) {
    return FaceParameters.draw(subject(index));
  }

  /**
   * Draws a picture: RGB bytes, row by row, {@code 3 * side * side} of them.
   *
   * @throws MienException when the index or the side is out of range
   */
  public byte[] render(int index, int side) {
    checkSide(side);
    var subject = subject(index);
    return Renderer.render(subject, FaceParameters.draw(subject), side);
  }

  /**
   * Draws a picture of {@code side * side} pixels.
   *
   * @throws MienException when the index or the side is out of range
   */
  public RgbImage image(int index, int side) {
    return RgbImage.ofPixels(side, side, render(index, side));
  }

  /**
   * Where the cues of a picture are seen, before the camera's blur and grain.
   *
   * @throws MienException when the index or the side is out of range
   */
  public Map<Cue, CueMask> cues(int index, int side) {
    checkSide(side);
    var subject = subject(index);
    return CuePainter.masks(subject, FaceParameters.draw(subject), side);
  }

  /** The mean absolute error in years that no model of the pictures can beat on average. */
  public double irreducibleMae() {
    return AppearanceNoise.irreducibleMae(prior);
  }

  private Subject subject(int index) {
    var face = face(index);
    return new Subject(rng.split("person").at(face.identity()), rng.split("picture").at(index), face.gender(),
        face.appearanceAgeYears());
  }

  private static void checkSide(int side) {
    if (side < LEAST_SIDE || side > GREATEST_SIDE) {
      throw new MienException("[synthetic] a picture's side is " + LEAST_SIDE + " to " + GREATEST_SIDE + " pixels, got " + side);
    }
  }

  private void check(int index) {
    if (index < 0 || index >= size) {
      throw new MienException("[synthetic] picture " + index + " is outside 0.." + (size - 1));
    }
  }
}
