/** Age: the model file and the predictor. Start with {@link dev.mien.models.age.AgePredictor}. */
package dev.mien.models.age;
