package dev.mien.training.explain;

import dev.mien.models.agegender.AgeGenderExplainer.View;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A face and, beside it, each view laid over it, left to right and then down. */
public final class OverlaySheet {
  private static final int MOST_COLUMNS = 4;
  private static final int GAP_PX = 6;

  private OverlaySheet() {}

  /**
   * The sheet of one face.
   *
   * @param sidePx of each panel
   * @param opacity of the maps, 0..1
   */
  public static RgbImage of(RgbImage face, List<View> views, int sidePx, double opacity) {
    var shown = ImageTransforms.resize(face, sidePx, sidePx);
    var panels = new ArrayList<RgbImage>();
    panels.add(shown);
    views.forEach(v -> panels.add(v.map().over(shown, opacity)));
    int columns = Math.min(MOST_COLUMNS, panels.size());
    int rows = (panels.size() + columns - 1) / columns;
    var sheet = new BufferedImage(columns * (sidePx + GAP_PX) - GAP_PX, rows * (sidePx + GAP_PX) - GAP_PX, BufferedImage.TYPE_INT_RGB);
    var pen = sheet.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int i = 0; i < panels.size(); i++) {
      pen.drawImage(panels.get(i).toBufferedImage(), i % columns * (sidePx + GAP_PX), i / columns * (sidePx + GAP_PX), null);
    }
    pen.dispose();
    return RgbImage.of(sheet);
  }

  /**
   * A picture and what it shows.
   *
   * @param png small
   */
  public record Panel(String name, byte[] png) {}

  /** The face and each view over it, apart. */
  public static List<Panel> panels(RgbImage face, List<View> views, int sidePx, double opacity) {
    var shown = ImageTransforms.resize(face, sidePx, sidePx);
    var panels = new ArrayList<Panel>();
    panels.add(new Panel("", png(shown)));
    views.forEach(v -> panels.add(new Panel(v.name(), png(v.map().over(shown, opacity)))));
    return panels;
  }

  /** A picture as PNG. */
  public static byte[] png(RgbImage picture) {
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture.toBufferedImage(), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
