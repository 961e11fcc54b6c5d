package dev.mien.training.command;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far long work has come: a bar with speed and time left on a terminal, a line every ten seconds elsewhere (a log, a pipe).
 *
 * <pre>{@code
 * try (var progress = console.progress("train", epochs * images, "images")) {
 *   progress.step(batch, "epoch 3/10  loss 3.21  MAE 6.5");
 *   progress.say("epoch 3: validation MAE 6.41");
 * }
 * }</pre>
 *
 * Not thread-safe: one thread reports.
 */
public final class Progress implements AutoCloseable {
  private static final long LINE_INTERVAL_NANOS = 10_000_000_000L;
  private static final int UPDATE_MILLIS = 200;

  private final PrintStream err;
  private final String task;
  private final String unit;
  private final long total;
  private final ProgressBar bar;
  private final int columns;
  private long done;
  private long doneAtStart;
  private String message = "";
  private long startNanos = System.nanoTime();
  private long lastLineNanos = startNanos;

  private Progress(PrintStream err, String task, long total, String unit, int columns) {
    this.err = err;
    this.task = task;
    this.total = total;
    this.unit = unit;
    this.columns = columns;
    this.bar = columns > 0 ? bar() : null;
  }

  /** Starts counting to {@code total} on the stream; the launcher has told whether it is a terminal. */
  public static Progress start(PrintStream err, String task, long total, String unit) {
    return start(err, task, total, unit, terminalColumns());
  }

  /** The same with the width of the terminal in characters, 0 where there is none. */
  static Progress start(PrintStream err, String task, long total, String unit, int columns) {
    return new Progress(err, task, total, unit, columns);
  }

  /** Width of the terminal behind standard error as the launcher found it; 0 when it is none. */
  static int terminalColumns() {
    return Integer.getInteger("mien.terminalColumns", 0);
  }

  private ProgressBar bar() {
    boolean unicode = err.charset().newEncoder().canEncode('█');
    return new ProgressBarBuilder().setTaskName(task).setInitialMax(total).setUnit(" " + unit, 1)
        .setStyle(unicode ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
        .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
        .setUpdateIntervalMillis(UPDATE_MILLIS).setConsumer(new Line()).build();
  }

  /** Work that a former process has done; the speed counts only what is done from here on. */
  public void resumeAt(long alreadyDone) {
    done = alreadyDone;
    doneAtStart = alreadyDone;
    startNanos = System.nanoTime();
    if (bar != null) {
      bar.stepTo(alreadyDone);
    }
  }

  /** So many more are done. */
  public void step(long count) {
    step(count, message);
  }

  /** So many more are done, and this is how things stand. */
  public void step(long count, String newMessage) {
    done += count;
    message = newMessage;
    if (bar != null) {
      bar.stepBy(count);
      bar.setExtraMessage(" " + newMessage);
    } else if (System.nanoTime() - lastLineNanos >= LINE_INTERVAL_NANOS) {
      printLine();
    }
  }

  /** A line that stays, above the bar. */
  public void say(String line) {
    if (bar == null) {
      err.println(line);
      return;
    }
    bar.pause();
    err.print("\r\u001b[K" + line + System.lineSeparator());
    err.flush();
    bar.resume();
    bar.refresh();
  }

  /** Units per second since the start. */
  public double perSecond() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return seconds > 0 ? (done - doneAtStart) / seconds : 0;
  }

  private void printLine() {
    lastLineNanos = System.nanoTime();
    double speed = perSecond();
    String left = speed > 0 ? ", " + clock((long) ((total - done) / speed)) + " left" : "";
    err.printf(Locale.ROOT, "%s %3d %% (%d/%d %s, %.1f %s/s%s)%s%n", task, total == 0 ? 100 : 100 * done / total, done, total, unit,
        speed, unit, left, message.isEmpty() ? "" : " " + message);
  }

  static String clock(long seconds) {
    var d = Duration.ofSeconds(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", d.toHours(), d.toMinutesPart(), d.toSecondsPart());
  }

  /** Ends the bar, or says the last line. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    } else {
      printLine();
    }
  }

  /** The bar's line; ours, because the library's own asks a terminal library that starts processes and takes the signals. */
  private final class Line implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return columns - 1;
    }

    @Override
    public void accept(String text) {
      err.print("\r" + text + "\u001b[K");
      err.flush();
    }

    @Override
    public void clear() {
      err.print("\r\u001b[K");
      err.flush();
    }

    @Override
    public void close() {
      err.println();
      err.flush();
    }
  }
}
