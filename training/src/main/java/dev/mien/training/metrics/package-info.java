/** How predicted ages are scored: AgeMetrics from a list of AgePrediction. */
package dev.mien.training.metrics;
