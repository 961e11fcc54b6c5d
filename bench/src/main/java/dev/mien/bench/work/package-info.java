/** What is measured: one table of works, each named so that the name says what it is. */
package dev.mien.bench.work;
