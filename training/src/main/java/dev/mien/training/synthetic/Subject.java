package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.ramp;

import dev.mien.engine.random.Rng;

/**
 * Who is drawn: the traits that all pictures of a person share, the chances of this picture, and what the apparent age does to
 * a face. Nothing here knows the true age.
 */
final class Subject {
  private final Rng person;
  private final Rng picture;
  private final int gender;
  private final double ageYears;
  private final double childhood;
  private final double masculinity;
  private final double ageing;

  /**
   * @param gender 0 male, 1 female
   * @param ageYears the age that the face shows
   */
  Subject(Rng person, Rng picture, int gender, double ageYears) {
    this.person = person;
    this.picture = picture;
    this.gender = gender;
    this.ageYears = ageYears;
    this.childhood = 0.55 * StrictMath.exp(-ageYears / 4) + 0.45 * (1 - ramp(ageYears, 3, 20));
    double typical = (gender == 0 ? 0.85 : 0.15) + 0.13 * trait("masculinity");
    this.masculinity = Math.clamp(typical, 0, 1) * ramp(ageYears, 9, 20) + 0.25 * (1 - ramp(ageYears, 9, 20));
    this.ageing = ageYears <= 20 ? 0 : StrictMath.pow((ageYears - 20) / 60, 1.3);
  }

  int gender() {
    return gender;
  }

  double ageYears() {
    return ageYears;
  }

  /** 1 at birth, 0.5 near 6 years, 0 from 20. */
  double childhood() {
    return childhood;
  }

  /** 1 at birth, 0 from four years. */
  double infancy() {
    return 1 - ramp(ageYears, 0, 4);
  }

  /** 0 (feminine) to 1 (masculine) features; close together before puberty. */
  double masculinity() {
    return masculinity;
  }

  /** 0 until 20 years, 0.24 at 40, 0.59 at 60, 1 at 80, above 1 later. */
  double ageing() {
    return ageing;
  }

  /** Standard normal cut at 2.3, the same in every picture of the person. */
  double trait(String name) {
    return Math.clamp(person.split(name).gaussian(0), -2.3, 2.3);
  }

  /** Uniform in [0, 1), the same in every picture of the person. */
  double lot(String name) {
    return person.split(name).uniform(0);
  }

  /** Standard normal cut at 2.3, new in every picture. */
  double mood(String name) {
    return Math.clamp(picture.split(name).gaussian(0), -2.3, 2.3);
  }

  /** Uniform in [0, 1), new in every picture. */
  double chance(String name) {
    return picture.split(name).uniform(0);
  }
}
