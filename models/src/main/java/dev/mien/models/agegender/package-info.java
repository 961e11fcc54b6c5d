/** Age and gender of a face at once. Start with {@link dev.mien.models.agegender.AgeGenderPredictor}. */
package dev.mien.models.agegender;
