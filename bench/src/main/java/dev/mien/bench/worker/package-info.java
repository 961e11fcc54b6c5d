/** One process for each contestant, told what to do line by line. */
package dev.mien.bench.worker;
