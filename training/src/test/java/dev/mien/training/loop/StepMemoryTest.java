package dev.mien.training.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.MienException;
import dev.mien.training.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A shortage of memory is told before the first step. */
class StepMemoryTest {
  private static final long MEBI = 1 << 20;
  private static final StepMemory.Words WORDS = new StepMemory.Words("moving average of the weights",
      "take a smaller --batch or --size, add --checkpointing");

  private static StepMemory memory(long peakBytes, String peakAt, long scratchBytes) {
    return new StepMemory(MEBI, MEBI, 0, MEBI, MEBI, peakBytes, peakAt, scratchBytes, 100 * MEBI);
  }

  @Test
  void aShortageIsToldWithItsRemedies() {
    var bytes = new ByteArrayOutputStream();
    var err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var console = new Console(err, err, false);
    var fits = memory(40 * MEBI, "backward of net.conv1 (conv2d)", 30 * MEBI);
    fits.check(console, WORDS);
    fits.print(console, WORDS);
    var text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("peak of all tensors                        40  in the backward of net.conv1 (conv2d)"), text);
    assertTrue(text.contains("moving average of the weights"), text);
    assertFalse(text.contains("warning"), text);
    memory(60 * MEBI, "x", 30 * MEBI).check(console, WORDS);
    text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("a step needs about 90 MiB of a heap of 100 MiB"), text);
    var e = assertThrows(MienException.class, () -> memory(101 * MEBI, "x", 0).check(console, WORDS));
    assertEquals("the tensors of a step need 101 MiB and the heap may grow to 100 MiB: take a smaller --batch or --size, add "
        + "--checkpointing, or give more heap with MIEN_JAVA_OPTIONS=-Xmx...", e.getMessage());
  }
}
