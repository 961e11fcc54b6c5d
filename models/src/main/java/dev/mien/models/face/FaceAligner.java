package dev.mien.models.face;

import dev.mien.models.image.Affine2d;
import dev.mien.models.image.Border;
import dev.mien.models.image.Box;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.ResizeFilter;
import dev.mien.models.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts faces out of pictures so that eyes, nose and mouth come to lie where face networks expect them: a similarity (rotation, one scale,
 * translation, never a mirror image) brings five points closest to the template of ArcFace and AdaFace, and the picture is warped by it, black
 * where it ends. Immutable and thread-safe.
 *
 * <pre>{@code
 * var face = FaceAligner.of(112).align(RgbImage.read(photo), points);   // 112 x 112
 * }</pre>
 *
 * The fit is the closed form of {@link Affine2d#similarity}, from picture to template, as InsightFace has it. {@link #inverted} gives AdaFace's.
 */
public final class FaceAligner {
  /** What {@code ImageContract.cropPolicy} calls faces that were cut so. */
  public static final String CROP_POLICY = "insightface-112";

  private static final int TEMPLATE_SIDE = 112;
  /** Pixel indices of the template at 112 x 112: that of 96 x 112 with 8 added to x. */
  private static final double[] TEMPLATE =
      {38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041};
  private static final int SMALLEST_SIDE = 8;
  private static final int LARGEST_SIDE = 4096;
  /** Below this the five points contradict every pose of a face, and a picture would be blown up to noise. */
  private static final double SMALLEST_SCALE = 1e-6;

  private final int side;
  private final boolean inverted;
  private final boolean plain;

  private FaceAligner(int side, boolean inverted, boolean plain) {
    if (side < SMALLEST_SIDE || side > LARGEST_SIDE) {
      throw new IllegalArgumentException("a face is aligned to " + SMALLEST_SIDE + ".." + LARGEST_SIDE + " pixels a side, got " + side);
    }
    this.side = side;
    this.inverted = inverted;
    this.plain = plain;
  }

  /**
   * How a face is brought to the template.
   *
   * @param toTemplate from the picture to the aligned face, in continuous coordinates
   * @param residual root mean square distance of the five points from the template afterwards, in pixels of the aligned face
   */
  public record Fit(Affine2d toTemplate, double residual) {}

  /** A face that was found and cut out. */
  public record AlignedFace(DetectedFace face, Fit fit, RgbImage picture) {}

  /** Aligns to squares of this side, in pixels; the template grows with it, so that all sides show the same part of the picture. */
  public static FaceAligner of(int side) {
    return new FaceAligner(side, false, false);
  }

  /**
   * The same with the fit the other way round, template to picture, and then inverted, as the released AdaFace code aligns: least squares in the
   * picture's pixels. Rotation and centre agree with the closed form, the face comes out larger by 1 / R^2 (2 % where points are off by 3 pixels).
   */
  public FaceAligner inverted() {
    return new FaceAligner(side, true, plain);
  }

  /**
   * The same with four pixels read for each one written, however large the face in the picture is, as OpenCV warps. By default a reduction
   * averages over all pixels it covers; the two agree where the picture is not reduced.
   */
  public FaceAligner plainBilinear() {
    return new FaceAligner(side, inverted, true);
  }

  /** Pixels a side. */
  public int side() {
    return side;
  }

  /** Where the points come to lie, at this side. */
  public FivePoints template() {
    return FivePoints.of(scaledTemplate());
  }

  /**
   * The map that brings the points closest to the template.
   *
   * @throws IllegalArgumentException when they do not resemble a face in any pose
   */
  public Fit fit(FivePoints points) {
    var from = points.toArray();
    var to = scaledTemplate();
    var pixels = inverted ? inverse(Affine2d.similarity(to, from), points) : Affine2d.similarity(from, to);
    if (!(Math.sqrt(pixels.determinant()) > SMALLEST_SCALE)) {
      throw unlikeAFace(points);
    }
    double squares = 0;
    for (int i = 0; i < from.length; i += 2) {
      double dx = pixels.applyX(from[i], from[i + 1]) - to[i];
      double dy = pixels.applyY(from[i], from[i + 1]) - to[i + 1];
      squares += dx * dx + dy * dy;
    }
    var map = Affine2d.ofPixelIndices(pixels.xx(), pixels.xy(), pixels.x0(), pixels.yx(), pixels.yy(), pixels.y0());
    return new Fit(map, Math.sqrt(2 * squares / from.length));
  }

  /** The face at {@code side x side}. */
  public RgbImage align(RgbImage picture, FivePoints points) {
    return warp(picture, fit(points));
  }

  /** The face with the highest score; empty when the detector finds none. */
  public Optional<AlignedFace> alignBest(RgbImage picture, FaceDetector detector) {
    return detector.best(picture).map(face -> aligned(picture, face));
  }

  /** Every face that the detector finds, in its order: highest score first. */
  public List<AlignedFace> alignAll(RgbImage picture, FaceDetector detector) {
    var found = new ArrayList<AlignedFace>();
    for (var face : detector.detect(picture)) {
      found.add(aligned(picture, face));
    }
    return List.copyOf(found);
  }

  /**
   * A face without points that is known to be in the middle of its picture, or aligned already: the centred square whose side is {@code share}
   * of the picture's shorter side, resized.
   *
   * @param share above 0, at most 1
   */
  public RgbImage cropCentred(RgbImage picture, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a centred crop takes a share above 0 and at most 1 of the shorter side, got " + share);
    }
    double half = share * Math.min(picture.width(), picture.height()) / 2;
    double x = picture.width() / 2.0;
    double y = picture.height() / 2.0;
    return ImageTransforms.resize(picture, new Box(x - half, y - half, x + half, y + half), side, side, ResizeFilter.BILINEAR);
  }

  private AlignedFace aligned(RgbImage picture, DetectedFace face) {
    var fit = fit(face.points());
    return new AlignedFace(face, fit, warp(picture, fit));
  }

  private RgbImage warp(RgbImage picture, Fit fit) {
    var toPicture = fit.toTemplate.inverse();
    return plain ? ImageTransforms.warpPlain(picture, toPicture, side, side, Border.BLACK)
        : ImageTransforms.warp(picture, toPicture, side, side, Border.BLACK);
  }

  private double[] scaledTemplate() {
    var scaled = new double[TEMPLATE.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = side == TEMPLATE_SIDE ? TEMPLATE[i] : (TEMPLATE[i] + 0.5) * side / TEMPLATE_SIDE - 0.5;
    }
    return scaled;
  }

  private static Affine2d inverse(Affine2d toPicture, FivePoints points) {
    try {
      return toPicture.inverse();
    } catch (ArithmeticException e) {
      throw unlikeAFace(points);
    }
  }

  private static IllegalArgumentException unlikeAFace(FivePoints points) {
    return new IllegalArgumentException("no rotation and scale brings these points near a face: " + points);
  }
}
