package dev.mien.engine.system;

import dev.mien.engine.autograd.GradCheck;
import dev.mien.engine.tensor.HostTensor;

/**
 * One call of an operation, ready to run on any device.
 *
 * @param inputs operands; real ones (float values held as double) are watched, integers are not
 * @param function the call
 */
record Sample(GradCheck.Function function, HostTensor... inputs) {}
