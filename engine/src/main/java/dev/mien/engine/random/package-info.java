/** Random numbers that depend on names and positions, never on order. */
package dev.mien.engine.random;
