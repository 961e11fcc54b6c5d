package dev.mien.training.synthetic;

/**
 * What cameras do to a picture; none of it depends on age.
 *
 * @param blur radius of the blur as a share of the picture's side
 * @param detail 1 for the full resolution, below for a picture enlarged from that share of its pixels
 * @param noise standard deviation of the grain in display units
 * @param exposure factor on linear light
 * @param contrast factor around middle grey
 * @param saturation 0 is a black-and-white picture
 * @param blocks strength of JPEG-like block artefacts, 0 for none
 */
public record Nuisance(double blur, double detail, double noise, double exposure, double contrast, double saturation,
    double blocks, long grain) {
  static Nuisance draw(Subject s) {
    double blur = s.chance("blurred") < 0.22 ? 0.010 * s.chance("blur") : 0;
    double detail = s.chance("lowResolution") < 0.18 ? 0.45 + 0.45 * s.chance("resolution") : 1;
    double exposure = StrictMath.exp(0.20 * s.mood("exposure"));
    return new Nuisance(blur, detail, 0.022 * Curves.square(s.chance("noise")), exposure, 1 + 0.09 * s.mood("contrast"),
        s.chance("monochrome") < 0.06 ? 0 : 1 + 0.14 * s.mood("saturation"),
        s.chance("compressed") < 0.35 ? s.chance("blocks") : 0,
        (long) (0x1p53 * s.chance("grain")));
  }
}
