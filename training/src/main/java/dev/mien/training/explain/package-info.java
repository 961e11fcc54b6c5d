/** Where networks look, held against where the cues of drawn faces are. Start with {@link dev.mien.training.explain.ExplainFace}. */
package dev.mien.training.explain;
