package dev.mien.models.image;

/** One colour, each part 0..255. */
public record Rgb(int red, int green, int blue) {
  public static final Rgb BLACK = new Rgb(0, 0, 0);

  public Rgb {
    if ((red | green | blue) < 0 || Math.max(red, Math.max(green, blue)) > 255) {
      throw new IllegalArgumentException("the parts of a colour must lie in 0..255, got " + red + ", " + green + ", " + blue);
    }
  }
}
