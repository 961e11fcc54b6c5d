package dev.mien.training.facedata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small data sets of faces in the layouts of others. The picture of a person is noise around the person's own pattern. */
public final class FaceLayouts {
  private FaceLayouts() {}

  /** A picture of a person as a binary PGM or PPM. */
  public static byte[] pnm(int person, int number, int width, int height, boolean grey) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(((grey ? "P5" : "P6") + "\n" + width + " " + height + "\n255\n").getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < width * height * (grey ? 1 : 3); i++) {
      out.write(Math.floorMod(person * 7919 + i / (5 + person) * 31 + (i * 37 + number * 11) % 9, 256));
    }
    return out.toByteArray();
  }

  public static byte[] pnm(int person, int number) {
    return pnm(person, number, 24, 24, false);
  }

  /** InsightFace's verification file: pairs by turns of one person and of two. */
  public static byte[] bin(int pairs) {
    var images = new byte[2 * pairs][];
    for (int i = 0; i < images.length; i++) {
      images[i] = pnm(i % 4 == 3 ? 50 + i : i / 4, i);
    }
    return bin(images);
  }

  /** The same of these images; every other pair shows one person, from the first. */
  public static byte[] bin(byte[]... images) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(Samples.hex("80 02 5d 28"));
    for (byte[] image : images) {
      out.write('B');
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(image.length).array());
      out.writeBytes(image);
    }
    out.writeBytes(Samples.hex("65 5d 28"));
    for (int k = 0; k < images.length / 2; k++) {
      out.write(k % 2 == 0 ? 0x88 : 0x89);
    }
    out.writeBytes(Samples.hex("65 86 2e"));
    return out.toByteArray();
  }

  /** People with pictures, packed into train.rec and train.idx. */
  public static Path records(Path folder, int people, int pictures) throws IOException {
    FacePack.pack(people(folder.resolveSibling(folder.getFileName() + "-people"), people, pictures), folder, FacePack.Options.DEFAULT, (d, a) -> { });
    return folder;
  }

  /** A directory for each person, with 1.ppm, 2.ppm and so on. */
  public static Path people(Path folder, int people, int pictures) throws IOException {
    var files = new LinkedHashMap<String, byte[]>();
    for (int p = 0; p < people; p++) {
      for (int i = 1; i <= pictures; i++) {
        files.put(String.format("p%02d/%d.ppm", p, i), pnm(p, i));
      }
    }
    return Samples.folder(folder, files);
  }

  /** AdaFace's memory-mapped set of this name: pairs by turns of one person and of two. */
  public static Path memFile(Path root, String name, int pairs) throws IOException {
    int side = 8;
    var data = ByteBuffer.allocate(2 * pairs * 12 * side * side).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 * pairs; i++) {
      for (int v = 0; v < 3 * side * side; v++) {
        data.putFloat(((i * 31 + v * (i % 4 == 3 ? 7 : 5)) % 256) / 127.5f - 1);
      }
    }
    var same = new boolean[pairs];
    for (int k = 0; k < pairs; k += 2) {
      same[k] = true;
    }
    var folder = Files.createDirectories(root.resolve(name).resolve("memfile"));
    Files.write(folder.resolve("mem_file.dat"), data.array());
    Files.writeString(folder.resolve("mem_file.dat.conf"), "{\"shape\": [" + 2 * pairs + ", 3, " + side + ", " + side + "], \"dtype\": \"float32\"}");
    NpyFile.write(root.resolve(name + "_list.npy"), NpyFile.Type.BOOL, out -> out.booleans(same), pairs);
    return root;
  }

  /** IJB-C: three pictures (one photograph, one video of two) in each of two templates of each person, all pairs, two galleries, probes. */
  public static Path ijb(Path root, int people) throws IOException {
    var faces = new StringBuilder();
    var points = new StringBuilder();
    var pairs = new StringBuilder();
    var lists = new StringBuilder[] {new StringBuilder("TEMPLATE_ID,SUBJECT_ID\n"), new StringBuilder("TEMPLATE_ID,SUBJECT_ID\n"),
        new StringBuilder("TEMPLATE_ID,SUBJECT_ID\n")};
    var files = new LinkedHashMap<String, byte[]>();
    for (int t = 0; t < 2 * people; t++) {
      for (int i = 0; i < 3; i++) {
        var name = 3 * t + i + ".ppm";
        files.put("loose_crop/" + name, pnm(t / 2, t * 3 + i, 60, 70, false));
        faces.append(name).append(' ').append(t + 1).append(' ').append(10 * t + Math.min(i, 1)).append('\n');
        points.append(name).append(" 20 30 40 30 30 40 22 50 38 50 0.").append(90 + i).append('\n');
      }
      lists[t % 2 == 1 ? 2 : t / 2 % 2].append(t + 1).append(',').append(t / 2).append('\n');
      for (int u = 0; u < t; u++) {
        pairs.append(u + 1).append(' ').append(t + 1).append(' ').append(u / 2 == t / 2 ? 1 : 0).append('\n');
      }
    }
    files.putAll(Map.of("meta/ijbc_face_tid_mid.txt", bytes(faces), "meta/ijbc_name_5pts_score.txt", bytes(points),
        "meta/ijbc_template_pair_label.txt", bytes(pairs), "meta/ijbc_1N_gallery_G1.csv", bytes(lists[0]), "meta/ijbc_1N_gallery_G2.csv",
        bytes(lists[1]), "meta/ijbc_1N_probe_mixed.csv", bytes(lists[2])));
    return Samples.folder(root, files);
  }

  private static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** TinyFace: a gallery picture and two probes of each person, and distractors. */
  public static Path tinyFace(Path root, int people, int distractors) throws IOException {
    var files = new LinkedHashMap<String, byte[]>();
    for (int p = 0; p < people; p++) {
      files.put("tinyface/Testing_Set/Gallery_Match/" + p + "_1.ppm", pnm(p, 1, 20, 16, false));
      files.put("tinyface/Testing_Set/Probe/" + p + "_2.ppm", pnm(p, 2, 20, 16, false));
      files.put("tinyface/Testing_Set/Probe/" + p + "_3.ppm", pnm(p, 3, 20, 16, false));
    }
    for (int i = 0; i < distractors; i++) {
      files.put("tinyface/Testing_Set/Gallery_Distractor/x" + i + ".ppm", pnm(100 + i, 1, 20, 16, false));
    }
    return Samples.folder(root, files);
  }
}
