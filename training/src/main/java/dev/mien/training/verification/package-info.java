/** Protocols by which recognisers are measured: pairs in folds, rates at a rate of false acceptance, templates, searches in a gallery. */
package dev.mien.training.verification;
