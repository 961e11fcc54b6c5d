/** Protocols by which recognisers are measured: verification of pairs in folds, rates at a rate of false acceptance. */
package dev.mien.training.verification;
