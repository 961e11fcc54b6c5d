package dev.mien.training.synthetic;

/**
 * The label of one synthetic picture.
 *
 * @param index position in the data set
 * @param identity person; all pictures of a person share an identity, and a split should keep them together
 * @param ageYears true age, a whole number 0..100
 * @param appearanceAgeYears the age that the face shows: the true age with noise
 * @param gender 0 male, 1 female
 */
public record SyntheticFace(int index, int identity, double ageYears, double appearanceAgeYears, int gender) {}
