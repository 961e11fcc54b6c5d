package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.arc;
import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.mix;
import static dev.mien.training.synthetic.Curves.ramp;
import static dev.mien.training.synthetic.Curves.square;

/** Paints hair as a hull around the skull with an opening for the face; strands are noise stretched along the fall. */
final class HairPainter {
  private static final double TURN = -0.22;

  private final Canvas canvas;
  private final Hair hair;
  private final Head head;
  private final float[] skull;
  private final double hullX;
  private final double hullY;
  private final boolean curly;

  /**
   * @param skull heights of the head without lines and features, so that wrinkles do not show through hair
   */
  HairPainter(Canvas canvas, float[] skull, Hair hair, Head head) {
    this.canvas = canvas;
    this.skull = skull;
    this.hair = hair;
    this.head = head;
    this.hullX = head.temple() + 0.002 + hair.side();
    this.hullY = TURN - head.topY() + hair.top();
    this.curly = hair.style() == Hair.Style.CURLY;
  }

  /** What hangs behind the neck. */
  void paintBack() {
    if (!hair.falls()) {
      return;
    }
    canvas.each(-1.2, -0.6, 1.2, hair.endY() + 0.1, (at, x, y) -> {
      double ragged = 0.07 * Texture.noise(x * 9 + hair.place(), 3);
      double inside = Math.min(hullHalf(y) - 0.02 - Math.abs(x), hair.endY() + ragged - y);
      inside += roughness(x, y);
      if (inside > -0.1) {
        double dark = 0.50 + 0.25 * ramp(Math.abs(x), 0.3, 0.9);
        lay(at, x, y, canvas.edge(inside), -0.22, dark);
      }
    });
  }

  /**
   * What lies on the skull and hangs before the ears and the forehead.
   *
   * @param covered whether a hat will hide the top, and with it a bun
   */
  void paintFront(boolean covered) {
    double bottom = hair.falls() ? hair.endY() + 0.1 : hair.endY() + 0.15;
    canvas.each(-1.25, TURN - hullY - 0.1, 1.25, bottom, (at, x, y) -> {
      double hull = hullDistance(x, y) + roughness(x, y);
      if (hull > -0.06) {
        paintFront(at, x, y, hull);
      }
    });
    if (hair.style() == Hair.Style.TIED && !covered) {
      paintBun();
    }
  }

  private void paintFront(int at, double x, double y, double hull) {
    double opening = outsideOpening(x, y);
    double jag = 0.022 * Texture.noise(x * 22 + hair.place(), y * 7) + 0.012 * Texture.noise(x * 50, hair.place());
    double inside = Math.min(hull, opening + jag);
    boolean thin = hair.style() == Hair.Style.CROP || hair.density() < 0.7;
    double softness = Math.max(1.5 * canvas.step, thin ? 0.10 : hair.fringe() > 0 ? 0.03 : 0.075);
    double share = Math.min(canvas.edge(hull), Math.clamp(0.5 + (opening + jag) / softness, 0, 1));
    if (!hair.falls()) {
      double fade = 0.10 + (hair.style() == Hair.Style.CROP ? 0.16 : 0);
      share *= 1 - ramp(y, hair.endY() - fade, hair.endY() + 0.05);
    }
    if (share <= 0) {
      return;
    }
    double thick = Curves.ramp(inside, 0, hair.fringe() > 0 ? 0.08 : 0.30);
    double base = Math.max(skull[at], 0.10 * arc(Math.abs(x) / 1.2));
    double cap = 0.55 * arc(x / ((y < TURN ? hullX : hullHalf(y)) + 0.03));
    cap *= y < TURN ? arc((y - TURN) / (hullY + 0.02)) : 1 - 0.4 * ramp(y, TURN, TURN + 0.5);
    double z = Math.max(base, cap);
    double scalp = canvas.cover[at] > 0.9 ? coverage(x, y) : Math.sqrt(hair.density());
    lay(at, x, y, share * scalp, z + (0.02 + 0.25 * Math.min(0.2, hair.top())) * thick, 1);
  }

  /** Sparse hair lets the scalp through between strands. */
  private double coverage(double x, double y) {
    if (hair.density() >= 0.99 || hair.falls() && y > TURN) {
      return 1;
    }
    double strand = Texture.noise(x * 61 + hair.place(), y * 13 + 3 * x);
    return Math.clamp(hair.density() * (1 + 0.16 * strand), 0, 1);
  }

  private double hullHalf(double y) {
    if (y < TURN) {
      return hullX * arc((y - TURN) / hullY);
    }
    double t = (y - TURN) / (1.35 - TURN);
    double fall = hullX + 0.10 * hill((t - 0.6) / 0.6) + (curly ? 0.05 * hill((t - 0.25) / 0.4) : 0);
    if (!hair.falls()) {
      return hullX - 0.10 * square(t * 4);
    }
    return hair.style() == Hair.Style.BOB ? fall - 0.35 * square(Math.max(0, t - 0.35)) : fall;
  }

  private double hullDistance(double x, double y) {
    double across = Math.abs(x);
    if (y < TURN) {
      double u = square(x / hullX);
      double v = square((y - TURN) / hullY);
      return (1 - mix(Math.sqrt(u + v), Math.sqrt(Math.sqrt(u * u + v * v)), 0.45)) * Math.min(hullX, hullY);
    }
    double ragged = hair.falls() ? 0.08 * Texture.noise(x * 9 + hair.place(), 7) : 0;
    return Math.min(hullHalf(y) - across, hair.endY() + 0.05 + ragged - y);
  }

  private double roughness(double x, double y) {
    double amount = curly ? 0.055 : 0.012;
    double scale = curly ? 9 : 7;
    return amount * Texture.noise(x * scale + hair.place(), y * scale);
  }

  /** Signed distance to the bare face: positive in the hair. */
  private double outsideOpening(double x, double y) {
    double halfWidth = hair.falls() ? head.cheek() * (0.84 + 0.05 * hill((y - 0.3) / 0.7)) : head.temple() * 0.90;
    double middle = -0.18;
    double recede = hair.recession();
    double high = middle - (hair.hairline() + hair.fringe());
    high += 0.42 * recede * recede + 0.08 * recede;
    high += 0.24 * Math.min(1, 1.6 * recede) * hill((Math.abs(x) - 0.42) / 0.30);
    high += hair.sweep() * x / 0.7 * (1 - 0.5 * recede);
    double u = x / halfWidth;
    if (y > middle) {
      double lower = hair.falls() ? halfWidth : halfWidth + 0.04 * ramp(y, -0.1, 0.2);
      return Math.abs(x) - lower;
    }
    double v = (y - middle) / Math.max(0.15, high);
    double round = Math.sqrt(u * u + v * v);
    double corner = Math.sqrt(Math.sqrt(u * u * u * u + v * v * v * v));
    double distance = mix(round, corner, Math.clamp(hair.squareness(), 0, 1)) - 1;
    return distance * (halfWidth * u * u + Math.max(0.3, high) * v * v) / Math.max(1e-9, u * u + v * v);
  }

  private boolean inFringe(double x, double y) {
    return hair.fringe() > 0 && Math.abs(x) < 0.36 + 0.32 * (y - head.topY());
  }

  private void paintBun() {
    double cy = head.topY() - 0.10;
    canvas.each(-0.3, cy - 0.2, 0.3, cy + 0.2, (at, x, y) -> {
      double r = Math.sqrt(square(x / 0.24) + square((y - cy) / 0.17));
      if (y < head.topY() + 0.02 - hair.top()) {
        lay(at, x, y, canvas.edge((1 - r) * 0.17), 0.1 + 0.15 * arc(r), 0.85);
      }
    });
  }

  /** One texel of hair: strands, grey mixed in strand by strand. */
  private void lay(int at, double x, double y, double share, double z, double light) {
    double across;
    double along;
    if (curly) {
      across = x * 13;
      along = y * 13;
    } else if ((hair.falls() || hair.style() == Hair.Style.TIED) && !inFringe(x, y)) {
      double ring = Math.sqrt(square(x / hullX) + square((y - TURN) / hullY));
      across = 34 * (y < TURN ? ring : Math.abs(x) / Math.max(0.2, hullHalf(y)));
      along = 2 * (y - TURN);
    } else {
      across = 28 * x / Math.max(0.35, 0.9 - y) + 4 * y * (0.3 + hair.sweep());
      along = y * 3.5;
    }
    double strand = Texture.noise(across * 1.6 + hair.place(), along);
    double lock = Texture.noise(across * 0.45, along * 0.6 + hair.place());
    double mixed = Math.clamp((hair.grey() * 1.5 - 0.25 + (curly ? 0.2 : 0.45) * strand * hill(hair.grey() * 1.6 - 0.8)
        + 0.12 * (Math.abs(x) - 0.35) * (hair.grey() > 0.02 ? 1 : 0)), 0, 1);
    var color = hair.natural().mix(hair.greyColor(), hair.grey() > 0 ? mixed : 0)
        .times(light * (1 + 0.26 * strand + 0.20 * lock));
    canvas.lay(at, share, color, z + 0.006 * strand + 0.012 * lock, curly ? 0.1 : 0.32);
  }
}
