package dev.mien.training.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  /** For looking at in a terminal: {@code java ... ProgressTest COLUMNS}. */
  public static void main(String[] arguments) throws InterruptedException {
    try (var progress = Progress.start(System.err, new Progress.Work("train", 3000, "images", 0),
        Integer.parseInt(arguments[0]))) {
      for (int i = 0; i < 150; i++) {
        Thread.sleep(40);
        progress.step(20, String.format("epoch %d/3  loss %.2f  MAE %.1f", 1 + i / 50, 4 - i / 60.0, 20 - i / 10.0));
        if (i % 50 == 49) {
          progress.say("epoch " + (1 + i / 50) + ": validation MAE " + (15 - i / 20));
        }
      }
    }
  }

  private static String run(int columns) {
    var bytes = new ByteArrayOutputStream();
    var err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (var progress = Progress.start(err, new Progress.Work("train", 200, "images", 100), columns)) {
      progress.step(50, "loss 3.2");
      progress.say("epoch 1: MAE 6.4");
      progress.step(50, "loss 3.1");
      assertTrue(progress.perSecond() > 0);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutATerminalThereAreLinesAndNoControlCharacters() {
    String said = run(0);
    var lines = said.lines().toList();
    assertEquals("epoch 1: MAE 6.4", lines.get(0));
    assertEquals(2, lines.size(), said);
    assertTrue(lines.get(1).matches("train 100 %  200/200  [\\d.]+ images/s  0:00:00 left  loss 3.1"), said);
    assertFalse(said.contains("\r") || said.contains("\u001b"), said);
  }

  @Test
  void onATerminalThereIsABarWithinItsWidth() {
    String said = run(100);
    assertTrue(said.contains("\r"), said);
    assertTrue(said.contains("epoch 1: MAE 6.4"), said);
    assertTrue(said.contains("train 100 %") && said.contains("200/200"), said);
    for (var frame : said.split("[\r\n]")) {
      assertTrue(frame.replaceAll("\u001b\\[[\\d;?]*[mKlh]", "").length() <= 100, frame);
    }
  }

  @Test
  void timeLeftIsHoursMinutesSeconds() {
    assertEquals("0:00:59", Progress.clock(59));
    assertEquals("27:46:40", Progress.clock(100_000));
  }
}
