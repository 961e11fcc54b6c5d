/** The one careful writer. */
package dev.mien.kernels.files;
