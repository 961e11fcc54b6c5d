package dev.mien.training.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * How far long work has come: a bar with speed and time left on a terminal, a line every ten seconds elsewhere (a log, a pipe).
 *
 * <pre>{@code
 * try (var progress = console.progress("train", epochs * images, "images", 0)) {
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
  private static final int MIN_BAR = 10;
  private static final int MAX_BAR = 40;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
  /** Without wrapping a window that has become narrower shows less, instead of a line for every frame. */
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream err;
  private final String task;
  private final String unit;
  private final long total;
  private final ProgressBar bar;
  private final int columns;
  private final long doneAtStart;
  private final long startNanos = System.nanoTime();
  private volatile long done;
  private volatile String message = "";
  private long lastLineNanos = startNanos;

  private Progress(PrintStream err, Work work, int columns) {
    this.err = err;
    this.task = work.task;
    this.total = work.total;
    this.unit = work.unit;
    this.doneAtStart = work.alreadyDone;
    this.done = work.alreadyDone;
    this.columns = columns;
    this.bar = columns > 0 ? bar() : null;
  }

  /**
   * What there is to do.
   *
   * @param task its name
   * @param total how much there is in all
   * @param unit what is counted: {@code images}
   * @param alreadyDone what a former process has done; the speed counts only what is done from here on
   */
  public record Work(String task, long total, String unit, long alreadyDone) {}

  /** Starts counting on the stream; the launcher has told whether it is a terminal. */
  public static Progress start(PrintStream err, Work work) {
    return start(err, work, terminalColumns());
  }

  /** The same with the width of the terminal in characters, 0 where there is none. */
  static Progress start(PrintStream err, Work work, int columns) {
    return new Progress(err, work, columns);
  }

  /** Width of the terminal behind standard error as the launcher found it; 0 when it is none. */
  static int terminalColumns() {
    return Integer.getInteger("mien.terminalColumns", 0);
  }

  private ProgressBar bar() {
    boolean unicode = err.charset().newEncoder().canEncode('█');
    return new ProgressBarBuilder().setTaskName(task).setInitialMax(total).startsFrom(doneAtStart, Duration.ZERO)
        .setUpdateIntervalMillis(UPDATE_MILLIS).setRenderer((_, width) -> frame(width, unicode)).setConsumer(new Line()).build();
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
      bar.stepTo(done);
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
    synchronized (err) {
      err.print("\r\u001b[K" + line + System.lineSeparator());
      err.flush();
    }
    bar.refresh();
  }

  /** Units per second since the start. */
  public double perSecond() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return seconds > 0 ? (done - doneAtStart) / seconds : 0;
  }

  private void printLine() {
    lastLineNanos = System.nanoTime();
    err.println(head() + figures() + message);
  }

  private String head() {
    return String.format(Locale.ROOT, "%s %3d %%", task, total == 0 ? 100 : 100 * done / total);
  }

  private String figures() {
    double speed = perSecond();
    return String.format(Locale.ROOT, "  %d/%d  %.1f %s/s  %s left  ", done, total, speed, unit,
        speed > 0 ? clock((long) ((total - done) / speed)) : "?");
  }

  /** The bar's line: the bar takes what the words leave, within bounds; the message is cut where there is no room. */
  private String frame(int width, boolean unicode) {
    String words = figures() + message;
    int room = Math.clamp(width - head().length() - words.length() - 3, MIN_BAR, MAX_BAR);
    int eighths = (int) Math.clamp(total == 0 ? 8L * room : 8L * room * done / total, 0, 8L * room);
    String full = (unicode ? "█" : "#").repeat(eighths / 8);
    String part = eighths % 8 == 0 ? "" : unicode ? String.valueOf(EIGHTHS.charAt(eighths % 8)) : "-";
    String line = head() + " " + (unicode ? '▕' : '[') + full + part + " ".repeat(room - full.length() - part.length())
        + (unicode ? '▏' : ']') + words;
    return line.length() <= width ? line : line.substring(0, Math.max(0, width));
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
      synchronized (err) {
        err.print("\r" + NO_WRAP + text + "\u001b[K" + WRAP);
        err.flush();
      }
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
