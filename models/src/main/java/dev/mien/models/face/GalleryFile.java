package dev.mien.models.face;

import dev.mien.engine.io.SafeTensors;
import dev.mien.engine.io.SafeTensorsFile;
import dev.mien.engine.io.SafeTensorsPart;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Shape;
import dev.mien.models.face.Gallery.Entry;
import dev.mien.models.face.Gallery.Precision;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** The file of a gallery, open. */
final class GalleryFile implements AutoCloseable {
  private static final String FORMAT = "mien-gallery/1";

  private final Path path;
  private final SafeTensorsFile tensors;
  private final String fingerprint;
  private final Precision precision;
  private final int features;
  private final int blocks;

  private GalleryFile(Path path, SafeTensorsFile tensors) {
    this.path = path;
    this.tensors = tensors;
    var format = tensors.metadata().getOrDefault("format", "missing");
    if (!format.equals(FORMAT)) {
      throw new FormatException("[gallery] " + path + " is no gallery of this version: format " + format + ", expected " + FORMAT);
    }
    fingerprint = string("fingerprint");
    features = number("features", 1, 1 << 16);
    blocks = number("blocks", 0, 30_000);
    precision = switch (string("precision")) {
      case "float32" -> Precision.FLOAT32;
      case "int8" -> Precision.INT8;
      default -> throw wrong("has the precision " + string("precision") + "; expected float32 or int8");
    };
  }

  static GalleryFile open(Path path) {
    var tensors = SafeTensorsFile.open(path);
    try {
      return new GalleryFile(path, tensors);
    } catch (RuntimeException | Error e) {
      tensors.close();
      throw e;
    }
  }

  private String string(String key) {
    var value = tensors.metadata().get(key);
    if (value == null) {
      throw wrong("does not say its " + key);
    }
    return value;
  }

  private int number(String key, int least, int most) {
    try {
      int value = Integer.parseInt(string(key));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw wrong("has " + string(key) + " as the number of its " + key + "; expected " + least + " to " + most);
  }

  private FormatException wrong(String what) {
    return new FormatException("[gallery] " + path + " " + what + "; it is damaged, take a copy of it");
  }

  String fingerprint() {
    return fingerprint;
  }

  int features() {
    return features;
  }

  Precision precision() {
    return precision;
  }

  /** The blocks with their entries; directions stay in the file until they are asked for. */
  List<GalleryBlock> blocks() {
    var found = new ArrayList<GalleryBlock>(blocks);
    for (int b = 0; b < blocks; b++) {
      found.add(block(b));
    }
    return List.copyOf(found);
  }

  private GalleryBlock block(int b) {
    var entries = entries(b);
    int rows = entries.size();
    boolean fits = tensors.shape(name("directions", b)).equals(Shape.of(rows, features))
        && (precision == Precision.FLOAT32 || tensors.shape(name("scales", b)).equals(Shape.of(rows)));
    if (!fits) {
      throw wrong("has " + tensors.shape(name("directions", b)) + " directions in block " + b + ", which names " + rows + " faces of " + features
          + " features");
    }
    return new GalleryBlock(entries, () -> read(b));
  }

  private GalleryBlock.Rows read(int b) {
    var directions = tensors.read(name("directions", b));
    var scales = precision == Precision.INT8 ? tensors.read(name("scales", b)) : null;
    if (directions.isInt8() != (precision == Precision.INT8) || directions.isInt8() == directions.isReal() || scales != null && !scales.isReal()) {
      throw wrong("keeps the directions of block " + b + " as another type than " + precision);
    }
    return new GalleryBlock.Rows(directions, scales);
  }

  private List<Entry> entries(int b) {
    var lines = text(tensors.read(name("entries", b)), b).split("\n", -1);
    var norms = tensors.read(name("norms", b));
    if (!norms.isReal() || !norms.shape().equals(Shape.of(lines.length))) {
      throw wrong("has " + lines.length + " names and " + norms.shape() + " norms in block " + b);
    }
    var entries = new ArrayList<Entry>(lines.length);
    for (int i = 0; i < lines.length; i++) {
      int tab = lines[i].indexOf('\t');
      if (tab < 1) {
        throw wrong("has no name and source in line " + (i + 1) + " of the entries of block " + b);
      }
      entries.add(new Entry(lines[i].substring(0, tab), lines[i].substring(tab + 1), norms.floats()[i]));
    }
    return List.copyOf(entries);
  }

  private String text(HostTensor bytes, int b) {
    if (bytes.isReal() || bytes.isInt() || bytes.isInt8()) {
      throw wrong("keeps the entries of block " + b + " as another type than bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.bytes())).toString();
    } catch (CharacterCodingException e) {
      throw wrong("has entries in block " + b + " that are no UTF-8");
    }
  }

  private static String name(String part, int block) {
    return part + "." + block;
  }

  static void write(Path path, Gallery gallery, List<GalleryBlock> blocks) {
    var parts = new ArrayList<SafeTensorsPart>();
    for (int b = 0; b < blocks.size(); b++) {
      var block = blocks.get(b);
      int rows = block.rows();
      if (gallery.precision() == Precision.INT8) {
        parts.add(SafeTensorsPart.int8(name("directions", b), () -> block.data().get().directions(), rows, gallery.features()));
        parts.add(SafeTensorsPart.float32(name("scales", b), () -> block.data().get().scales(), rows));
      } else {
        parts.add(SafeTensorsPart.float32(name("directions", b), () -> block.data().get().directions(), rows, gallery.features()));
      }
      var norms = new float[rows];
      var lines = new ArrayList<String>(rows);
      for (int i = 0; i < rows; i++) {
        var entry = block.entries().get(i);
        norms[i] = (float) entry.norm();
        lines.add(entry.name() + "\t" + entry.source());
      }
      byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
      parts.add(SafeTensorsPart.of(name("norms", b), HostTensor.of(norms, rows)));
      parts.add(SafeTensorsPart.of(name("entries", b), HostTensor.of(text, text.length)));
    }
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("format", FORMAT);
    metadata.put("fingerprint", gallery.fingerprint());
    metadata.put("precision", gallery.precision().word());
    metadata.put("features", Integer.toString(gallery.features()));
    metadata.put("blocks", Integer.toString(blocks.size()));
    SafeTensors.write(path, parts, metadata);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
