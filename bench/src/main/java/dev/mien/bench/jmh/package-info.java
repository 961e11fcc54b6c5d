/**
 * JMH over the table of works, a class for each family of kernels and each kind of model step: for looking closely at one of them, with
 * JMH's profilers. Ratios to peers come from {@code ./mien bench --peers}.
 */
package dev.mien.bench.jmh;
