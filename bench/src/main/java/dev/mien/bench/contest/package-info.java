/** The coordinator: tells one process a contestant what to sample in turn, and turns samples into rows. */
package dev.mien.bench.contest;
