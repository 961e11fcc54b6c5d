package dev.mien.training.metrics;
public record AgePrediction(String id, double ageYears, double ageStdYears, int gender, double predictedYears, float[] distribution) {}
