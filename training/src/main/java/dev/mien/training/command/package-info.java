/**
 * What every command of {@code mien} is built from: {@link dev.mien.training.command.MienCommand} (shared options),
 * {@link dev.mien.training.command.CommandRunner} (errors and exit codes), {@link dev.mien.training.command.Console} (results on
 * standard output, everything else on standard error), {@link dev.mien.training.command.Progress} and
 * {@link dev.mien.training.command.Interrupt} (Ctrl-C).
 */
package dev.mien.training.command;
