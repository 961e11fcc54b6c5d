package dev.mien.training.command;

/**
 * A bar while the pictures of a data set are looked at; it begins with the first news, for a set that opens at once needs none, and again where
 * another number of things is looked at.
 */
public final class OpeningProgress implements AutoCloseable {
  private final Console console;
  private Progress bar;
  private int expected;
  private int seen;

  public OpeningProgress(Console console) {
    this.console = console;
  }

  /** Takes the news of how many pictures of how many were looked at. */
  public void update(int done, int total) {
    if (bar != null && total != expected) {
      close();
    }
    if (bar == null) {
      bar = console.progress("read", total, "images", 0);
      expected = total;
      seen = 0;
    }
    bar.step(done - seen, "");
    seen = done;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
