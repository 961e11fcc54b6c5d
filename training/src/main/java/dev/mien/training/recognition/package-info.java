/** The commands that use a face recogniser: embed, compare, search and the gallery. */
package dev.mien.training.recognition;
