package dev.mien.kernels;

/**
 * How cosines become logits of a margin softmax, with a margin of its own for each row. With {@code c' = clamp(c, -limit, limit)},
 * {@code S = sqrt(1 - c'^2)} and the row's angle g and shift a:
 *
 * <pre>
 *   label's class    logit = scale (f - a)       f = c' cos g - S sin g = cos(theta + g), within the rule {@link Beyond}
 *   other classes    logit = scale c'_j          with a hardness t (CurricularFace): scale c'_j (t + c'_j) where c'_j > cos(theta_y + g)
 *   slopes           d f / dc = cos g + c sin g / S, or 1 when straightThrough; 1 for the others; 0 where |c| > limit (straightThrough: 1 at the label)
 * </pre>
 *
 * No arc cosine is computed: its derivative is infinite at the ends and its rounding loses half of the digits there.
 *
 * @param scale of the logits, s
 * @param limit of the cosines, below 1
 * @param beyond what holds where the angle leaves [0, pi]
 * @param angleEps the angle stays in [angleEps, pi - angleEps] under {@link Beyond#CLIP}
 * @param straightThrough whether the label's cosine gets the gradient of its logit unchanged
 */
public record CosineMargin(double scale, double limit, Beyond beyond, double angleEps, boolean straightThrough) {
  /** Where {@code theta + g} is no angle any more. */
  public enum Beyond {
    /** The angle is clipped; the slope is 0 there (AdaFace). */
    CLIP,
    /** {@code f = c' - g sin g} where {@code c' <= cos(pi - g)} (insightface's ArcFace, CurricularFace). */
    SHIFT,
    /** {@code f = c'} where {@code c' <= 0} (MagFace's easy margin). */
    EASY
  }

  public CosineMargin {
    if (!(scale > 0) || !(limit > 0 && limit < 1) || !(angleEps >= 0 && angleEps < 1)) {
      throw new IllegalArgumentException("[cosineMargin] needs scale > 0, 0 < limit < 1, 0 <= angleEps < 1; got " + scale + ", " + limit + ", "
          + angleEps);
    }
  }

  /**
   * The label's value f without the shift, and what its gradient needs.
   *
   * @param f value
   * @param slope d f / d cosine
   * @param angleSlope d f / d angle
   * @param threshold cos(theta + g), above which another class is hard
   */
  public record Target(double f, double slope, double angleSlope, double threshold) {}

  /** The rule at the label's class. */
  public Target target(double cosine, double angle) {
    double c = Math.clamp(cosine, -limit, limit);
    double s = StrictMath.sqrt(1 - c * c);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double sum = c * cos - s * sin;
    double f = sum;
    double slope = cos + c * sin / s;
    double angleSlope = -c * sin - s * cos;
    switch (beyond) {
      case CLIP -> {
        boolean below = angle < 0 && c > StrictMath.cos(angleEps - angle);
        boolean above = angle > 0 && c < StrictMath.cos(Math.PI - angleEps - angle);
        if (below || above) {
          f = below ? StrictMath.cos(angleEps) : -StrictMath.cos(angleEps);
          slope = 0;
          angleSlope = 0;
        }
      }
      case SHIFT -> {
        if (c <= -cos) {
          f = c - angle * sin;
          slope = 1;
          angleSlope = -sin - angle * cos;
        }
      }
      case EASY -> {
        if (c <= 0) {
          f = c;
          slope = 1;
          angleSlope = 0;
        }
      }
    }
    return new Target(f, straightThrough ? 1 : Math.abs(cosine) > limit ? 0 : slope, angleSlope, sum);
  }
}
