package dev.mien.training.facedata;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.io.JsonValue;
import dev.mien.engine.io.StrictJson;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * AdaFace's {@code mem_file.dat}: N x 3 x H x W values of float32, planes in the order blue, green, red, each value in [-1, 1]; shape
 * and type stand in {@code mem_file.dat.conf}. Read in place; safe for many threads.
 */
public final class MemFile implements AutoCloseable {
  private static final int MAX_SIDE = 4096;
  private static final float SLACK = 1e-3f;

  private final PositionalFile file;
  private final int images;
  private final int height;
  private final int width;

  private MemFile(PositionalFile file, List<Integer> shape) {
    this.file = file;
    images = shape.get(0);
    height = shape.get(2);
    width = shape.get(3);
  }

  /**
   * Opens a {@code .dat} file with the {@code .conf} beside it.
   *
   * @throws MienException when one of them is missing
   * @throws FormatException when the shape is not [N, 3, H, W], the type not float32, or the file not exactly so long
   */
  public static MemFile open(Path data) {
    var conf = data.resolveSibling(data.getFileName() + ".conf");
    if (!Files.exists(conf)) {
      throw new MienException("[memfile] " + conf + " does not exist; expected {\"shape\": [N, 3, 112, 112], \"dtype\": \"float32\"} "
          + "beside " + data.getFileName());
    }
    var shape = shape(conf);
    var file = PositionalFile.open("memfile", data, "an AdaFace validation set (mem_file.dat)");
    long wanted = 12L * shape.get(0) * shape.get(2) * shape.get(3);
    if (file.size() != wanted) {
      file.close();
      throw new FormatException("[memfile] " + data + " has " + file.size() + " bytes, but the shape " + shape + " in "
          + conf.getFileName() + " needs " + wanted + ". The file is cut off or another's, copy both again");
    }
    return new MemFile(file, shape);
  }

  private static List<Integer> shape(Path conf) {
    var json = StrictJson.read(conf.toString(), DurableFiles.read(conf, 1 << 16));
    if (!(json instanceof JsonValue.Object object) || !(object.members().get("dtype") instanceof JsonValue.Text type)
        || !type.value().equals("float32")) {
      throw new FormatException("[memfile] " + conf + " does not say \"dtype\": \"float32\"; no other type is read");
    }
    var sizes = object.members().get("shape") instanceof JsonValue.Array array ? array.values().stream().map(MemFile::size).toList()
        : List.<Integer>of();
    boolean fits = sizes.size() == 4 && sizes.get(0) >= 1 && sizes.get(1) == 3 && sizes.get(2) >= 1 && sizes.get(2) <= MAX_SIDE
        && sizes.get(3) >= 1 && sizes.get(3) <= MAX_SIDE;
    if (!fits) {
      throw new FormatException("[memfile] " + conf + " has another shape than [N, 3, H, W] with sides of 1 to " + MAX_SIDE
          + " pixels; expected for example [12000, 3, 112, 112]");
    }
    return sizes;
  }

  private static int size(JsonValue value) {
    return value instanceof JsonValue.Number number && number.text().matches("\\d{1,9}") ? Integer.parseInt(number.text()) : -1;
  }

  public int images() {
    return images;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** Image i as it is stored: 3 x H x W values, planes blue, green, red, in [-1, 1], into {@code into} from {@code at}. */
  public void planes(int image, float[] into, int at) {
    if (image < 0 || image >= images) {
      throw new IndexOutOfBoundsException("image " + image + " of " + images + " in " + file.path());
    }
    int values = 3 * height * width;
    PlainFloats.read(file, 4L * values * image, into, at, values);
    for (int i = at; i < at + values; i++) {
      if (!(into[i] >= -1 - SLACK && into[i] <= 1 + SLACK)) {
        throw new FormatException("[memfile] " + file.path() + ": image " + image + " has the value " + into[i]
            + "; expected -1 to 1. The file is damaged, or not normalised as AdaFace does");
      }
    }
  }

  /** Image i in 8 bits, red first: the value v stands for 127.5 (v + 1). */
  public RgbImage image(int image) {
    int area = height * width;
    var planes = new float[3 * area];
    planes(image, planes, 0);
    var rgb = new byte[3 * area];
    for (int i = 0; i < area; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.clamp(Math.round((planes[(2 - c) * area + i] + 1) * 127.5f), 0, 255);
      }
    }
    return RgbImage.ofPixels(width, height, rgb);
  }

  Path path() {
    return file.path();
  }

  @Override
  public void close() {
    file.close();
  }
}
