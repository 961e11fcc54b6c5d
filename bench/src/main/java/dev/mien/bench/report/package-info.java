/** Rows as tables: on the terminal, against the targets, and kept under bench/results. */
package dev.mien.bench.report;
