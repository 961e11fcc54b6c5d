/**
 * Layers. Start with {@link dev.mien.engine.nn.Module}, {@link dev.mien.engine.nn.Conv2d} and {@link dev.mien.engine.nn.Sequential}.
 */
package dev.mien.engine.nn;
