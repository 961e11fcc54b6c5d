/** Checking of gradients. */
package dev.mien.engine.autograd;
