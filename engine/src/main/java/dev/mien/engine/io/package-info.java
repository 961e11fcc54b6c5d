/**
 * Files: safetensors, checkpoints, strict JSON, durable writes. Readers check every number before they allocate and end in
 * {@code FormatException} on bad contents, in {@code MienException} when the disk fails; they never execute anything.
 */
package dev.mien.engine.io;
