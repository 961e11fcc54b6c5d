/** How predictions are scored: AgeMetrics from a list of AgePrediction, AgeGenderMetrics from a list of AgeGenderPrediction. */
package dev.mien.training.metrics;
