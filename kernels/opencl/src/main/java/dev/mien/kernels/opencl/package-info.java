/** OpenCL devices as back-ends, through JOCL. The provider and the exceptions are public, nothing else. */
package dev.mien.kernels.opencl;
