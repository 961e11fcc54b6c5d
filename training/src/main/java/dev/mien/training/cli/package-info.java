/**
 * The entrance: {@link dev.mien.training.cli.Main} knows every command, and {@code mien doctor} tells what the machine offers.
 */
package dev.mien.training.cli;
