/**
 * What a run looks like to people: {@link dev.mien.training.report.AgeReport} and {@link dev.mien.training.report.FaceReport} (each one
 * HTML file that needs nothing else), {@link dev.mien.training.report.AmrTableReport}, and for a terminal
 * {@link dev.mien.training.report.TerminalChart} and {@link dev.mien.training.report.TerminalScores}. Charts are SVG made here, so that a
 * report reads without scripts, prints, and stays readable as long as HTML does.
 */
package dev.mien.training.report;
