package dev.mien.training.facedata;

import static dev.mien.training.facedata.Samples.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.facedata.FaceRecords.Convention;
import dev.mien.training.facedata.FaceRecords.IdentityRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FacePackTest {
  private static final byte[] BROKEN = hex("ffd8ff010203");
  /** In the order of code points: "B" before "a", "A" before "A-b". */
  private static final List<String> ORDER = List.of("A/1.jpg", "A/2.png", "A-b/1.jpg", "B/1.jpg", "B/10.jpg", "B/2.jpg", "a/1.jpg",
      "\u00e4/1.jpg");

  @TempDir
  Path temp;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  @BeforeEach
  void faces() {
    for (int i = ORDER.size() - 1; i >= 0; i--) {
      files.put(ORDER.get(i), Samples.picture(i, 16, ORDER.get(i).endsWith("png") ? "png" : "jpg"));
    }
    files.put("A/notes.txt", "no picture".getBytes());
    files.put("A/.hidden.jpg", BROKEN);
  }

  private static int[] labels(FaceRecords faces) {
    return IntStream.range(0, faces.size()).map(faces::label).toArray();
  }

  private FacePack.Result pack(Path source, int maxBroken) {
    return FacePack.pack(source, temp.resolve("packed"), new FacePack.Options(true, maxBroken), (done, all) -> { });
  }

  @Test
  void whatIsPackedReadsBack() throws IOException {
    for (var source : List.of(Samples.folder(temp.resolve("faces"), files), Samples.zip(temp.resolve("faces.zip"), files))) {
      var packed = temp.resolve("packed" + source.getFileName());
      var told = new ArrayList<String>();
      var result = FacePack.pack(source, packed, FacePack.Options.DEFAULT, (done, all) -> told.add(done + "/" + all));
      assertEquals(new FacePack.Result(packed.resolve("train.rec"), 8, new FaceProperty(5, 16, 16), List.of()), result);
      assertEquals("8/8", told.getLast());
      assertEquals(8, told.size());
      assertEquals("5,16,16\n", Files.readString(packed.resolve("property")));
      try (var faces = FaceRecords.open(packed)) {
        assertEquals(Convention.INSIGHTFACE, faces.convention());
        assertEquals(8, faces.size());
        assertEquals(new FaceProperty(5, 16, 16), faces.property().orElseThrow());
        assertArrayEquals(new int[] {0, 0, 1, 2, 2, 2, 3, 4}, labels(faces));
        for (int i = 0; i < 8; i++) {
          assertEquals(i + 1, faces.key(i));
          assertArrayEquals(files.get(ORDER.get(i)), faces.read(i).image(), ORDER.get(i));
        }
        assertEquals(List.of(new IdentityRange(1, 3), new IdentityRange(3, 4), new IdentityRange(4, 7), new IdentityRange(7, 8),
            new IdentityRange(8, 9)), faces.identities());
        var zero = faces.reader().image(0);
        assertArrayEquals(new float[] {9, 14}, zero.labels());
        assertEquals(1, zero.id2());
        assertThrows(IndexOutOfBoundsException.class, () -> faces.read(8));
      }
      var rows = new ArrayList<FaceList.Row>();
      FaceList.read(packed.resolve("train.lst"), rows::add);
      assertEquals(ORDER, rows.stream().map(FaceList.Row::path).toList());
      assertEquals(List.of(0, 0, 1, 2, 2, 2, 3, 4), rows.stream().map(FaceList.Row::label).toList());
      var index = RecordIoIndex.scan(packed.resolve("train.rec"));
      assertEquals(14, index.size());
      assertEquals(0, index.key(0));
    }
  }

  @Test
  void brokenImagesAreNamedAndTheirIdentityKeepsItsLabel() throws IOException {
    files.put("A-b/1.jpg", BROKEN);
    var source = Samples.folder(temp.resolve("faces"), files);
    var error = assertThrows(FormatException.class, () -> pack(source, 0));
    assertTrue(error.getMessage().contains("A-b/1.jpg"), error.getMessage());
    try (var left = Files.list(temp.resolve("packed"))) {
      assertEquals(List.of(), left.toList(), "nothing is left behind");
    }
    var result = pack(source, 1);
    assertEquals(7, result.images());
    assertEquals(1, result.broken().size());
    try (var faces = FaceRecords.open(temp.resolve("packed"))) {
      assertArrayEquals(new int[] {0, 0, 2, 2, 2, 3, 4}, labels(faces));
      assertEquals(new IdentityRange(3, 3), faces.identities().get(1));
    }
  }

  @Test
  void whatCannotBePackedIsRefused() throws IOException {
    var good = Samples.folder(temp.resolve("good"), Map.of("A/1.jpg", Samples.jpeg(1)));
    pack(good, 0);
    assertTrue(assertThrows(MienException.class, () -> pack(good, 0)).getMessage().contains("train.rec exists already"));
    Files.delete(temp.resolve("packed/train.rec"));
    assertTrue(assertThrows(MienException.class, () -> pack(good, 0)).getMessage().contains("train.idx exists already"));

    var other = temp.resolve("other");
    var sizes = Samples.folder(temp.resolve("sizes"), Map.of("A/1.jpg", Samples.jpeg(1), "B/1.png", Samples.picture(2, 17, "png")));
    var error = assertThrows(MienException.class, () -> FacePack.pack(sizes, other, FacePack.Options.DEFAULT, (d, a) -> { }));
    assertTrue(error.getMessage().contains("B/1.png is 17 x 17 pixels, but A/1.jpg is 16 x 16"), error.getMessage());
    var root = Samples.folder(temp.resolve("root"), Map.of("1.jpg", Samples.jpeg(1)));
    error = assertThrows(FormatException.class, () -> FacePack.pack(root, other, FacePack.Options.DEFAULT, (d, a) -> { }));
    assertTrue(error.getMessage().contains("1.jpg in no folder"), error.getMessage());
    var none = Samples.folder(temp.resolve("none"), Map.of("A/1.txt", new byte[1]));
    error = assertThrows(FormatException.class, () -> FacePack.pack(none, other, FacePack.Options.DEFAULT, (d, a) -> { }));
    assertTrue(error.getMessage().contains("holds 0 images"), error.getMessage());
    var broken = Samples.folder(temp.resolve("broken"), Map.of("A/1.jpg", BROKEN));
    error = assertThrows(FormatException.class, () -> FacePack.pack(broken, other, new FacePack.Options(true, 5), (d, a) -> { }));
    assertTrue(error.getMessage().contains("holds no image that can be decoded"), error.getMessage());
    var bomb = Samples.zip(temp.resolve("bomb.zip"), Map.of("A/1.jpg", new byte[20 << 20]));
    error = assertThrows(FormatException.class, () -> FacePack.pack(bomb, other, FacePack.Options.DEFAULT, (d, a) -> { }));
    assertTrue(error.getMessage().contains("more than 100:1"), error.getMessage());
    assertFalse(Files.exists(other.resolve("train.rec")));
  }

  @Test
  void theCvlfaceConventionHasNoRecordOfItsOwn() throws IOException {
    RecordIoWriter.write(temp.resolve("train.rec"), out -> {
      for (int i = 0; i < 4; i++) {
        out.add(i, ImageRecord.of(i, i / 2, Samples.jpeg(i)).toPayload());
      }
    });
    try (var faces = FaceRecords.open(temp.resolve("train.rec"))) {
      assertEquals(Convention.CVLFACE, faces.convention());
      assertEquals(4, faces.size());
      assertArrayEquals(new int[] {0, 0, 1, 1}, labels(faces));
      assertArrayEquals(Samples.jpeg(0), faces.read(0).image());
      assertEquals(List.of(), faces.identities());
      assertTrue(faces.property().isEmpty());
    }
  }

  /** A file of the records 1..n with these labels, and record 0. */
  private Path records(String name, ImageRecord zero, float[]... labels) throws IOException {
    var folder = Files.createDirectories(temp.resolve(name));
    RecordIoWriter.write(folder.resolve("train.rec"), out -> {
      for (int i = 0; i < labels.length; i++) {
        var record = labels[i].length == 1 ? ImageRecord.of(i + 1, labels[i][0], Samples.jpeg(i))
            : ImageRecord.of(i + 1, labels[i], Samples.jpeg(i));
        out.add(i + 1, record.toPayload());
      }
      out.add(0, zero.toPayload());
    });
    return folder;
  }

  private static ImageRecord zero(float... labels) {
    return ImageRecord.of(0, labels, new byte[0]);
  }

  private void refused(Path folder, String says) {
    Hostile.refused(new byte[0], says, b -> {
      try (var faces = FaceRecords.open(folder)) {
        labels(faces);
        faces.identities();
      }
    });
  }

  @Test
  void labelsMayBeArraysAndMustBeIdentities() throws IOException {
    try (var faces = FaceRecords.open(records("arrays", zero(3, 3), new float[] {7, 1}, new float[] {8, 0}))) {
      assertArrayEquals(new int[] {7, 8}, labels(faces));
    }
    refused(records("half", zero(2, 2), new float[] {0.5f}), "record 1 has the label 0.5");
    refused(records("negative", zero(2, 2), new float[] {-1}), "has the label -1.0");
    refused(records("nan", zero(2, 2), new float[] {Float.NaN}), "has the label NaN");
    var folder = records("classes", zero(2, 2), new float[] {5});
    Files.writeString(folder.resolve("property"), "5,112,112");
    refused(folder, "expected a whole number from 0 to 4 (the file property says 5 classes)");
  }

  @Test
  void recordZeroMustFitTheIndex() throws IOException {
    refused(records("more", zero(4, 4), new float[] {1}), "promises the images 1 to 3, but");
    refused(records("none", zero(1, 1), new float[] {1}), "promises the images 1 to 0");
    refused(records("negative0", zero(-3, 1), new float[] {1}), "record 0 has the label -3.0");
    refused(records("nan0", zero(Float.NaN, 1), new float[] {1}), "record 0 has the label NaN");
    refused(records("noRange", zero(2, 3), new float[] {0}, new float[] {0}), "record 2 is no identity");
    refused(records("outside", zero(2, 3), new float[] {0}, new float[] {1, 9}), "record 2 is no identity");
    RecordIoWriter.write(temp.resolve("nozero.rec"), out -> out.add(1, ImageRecord.of(1, 1, new byte[1]).toPayload()));
    refused(temp.resolve("nozero.rec"), "names no record 0");
    try (var faces = FaceRecords.open(emptyImage())) {
      assertThrows(FormatException.class, () -> faces.read(0));
    }
  }

  private Path emptyImage() throws IOException {
    RecordIoWriter.write(temp.resolve("e.rec"), out -> out.add(0, ImageRecord.of(0, 1, new byte[0]).toPayload()));
    return temp.resolve("e.rec");
  }

  @Test
  void aMalformedPropertyIsRefused() throws IOException {
    for (var text : List.of("", "5", "5,112", "a,b,c", "0,112,112", "5,112,112,3", "99999999999,1,1", "5,112,112\n6")) {
      Files.writeString(temp.resolve("property"), text);
      var error = assertThrows(FormatException.class, () -> FaceProperty.read(temp), text);
      assertTrue(error.getMessage().contains("expected numClasses,height,width"), error.getMessage());
    }
  }

  @Test
  void listsOfBothConventionsAreRead() throws IOException {
    var file = Files.writeString(temp.resolve("a.lst"), "1\t/data/x y/1.jpg\t3\n0\tb.jpg\t4\t1\t2\t-3\t4\n"
        + "0\tc.jpg\t5\t1\t2\t3\t4\t1.5\t2\t3\t4\t5\t6\t7\t8\t9\t10\n");
    var rows = new ArrayList<FaceList.Row>();
    FaceList.read(file, rows::add);
    assertEquals("/data/x y/1.jpg", rows.get(0).path());
    assertTrue(rows.get(0).box().isEmpty());
    assertEquals(List.of(1, 2, -3, 4), rows.get(1).box().orElseThrow());
    assertEquals(10, rows.get(2).landmarks().orElseThrow().size());
    assertEquals(1.5f, rows.get(2).landmarks().orElseThrow().getFirst());
    for (var bad : List.of("1\ta.jpg", "1 a.jpg 3", "x\ta\t3", "1\ta\tb", "1\ta\t-3", "1\ta\t3\t1\t2\t3\tx", "1\ta\t3\t1")) {
      Hostile.refused(bad.getBytes(), "a.lst line 1 has", b -> FaceList.read(Files.write(file, b), r -> { }));
    }
  }
}
