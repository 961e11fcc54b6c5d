package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of data set brings, and what it says of broken ones. */
class FaceSpecTest {
  @TempDir
  Path temp;

  private static FaceSource open(String spec) {
    return FaceSpec.parse(spec).open((done, all) -> { });
  }

  private static void refused(String spec, String says) {
    var error = assertThrows(MienException.class, () -> open(spec).close(), spec);
    assertTrue(error.getMessage().contains(says), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
  }

  @Test
  void textsThatAreNoSpec() {
    assertEquals(List.of(Path.of("a.bin"), Path.of("b.bin")), FaceSpec.parse("bin:a.bin, b.bin").paths());
    refused("bin:a.bin,,b.bin", "names no path; expected bin:FILE");
    refused("records:", "expected records:PATH with a folder that holds train.rec");
    refused("lmdb:x", "expected lfw:PATH, folder:PATH, synthetic[:PEOPLE], records:PATH, bin:FILE[,FILE..], memfile:FOLDER, ijb:FOLDER, tinyface:PATH");
    assertThrows(MienException.class, () -> FaceSpec.parse("lfw:x").withGallery(1));
    for (var kind : List.of("records", "bin", "memfile", "ijb", "tinyface", "folder")) {
      refused(kind + ":/nowhere", "/nowhere");
    }
  }

  @Test
  void recordsBringPeopleAndTheSetsBesideThem() throws Exception {
    var folder = FaceLayouts.records(temp.resolve("rec"), 3, 4);
    String alone;
    try (var source = open("records:" + folder)) {
      alone = source.contentHash();
      assertEquals(3, source.identities());
      assertEquals(12, source.samples().size());
      assertEquals(new FaceSample("record 5", 1), source.samples().get(4));
      assertEquals(RgbImage.read(FaceLayouts.pnm(1, 1), "x"), source.read(4));
      assertEquals("records, whole picture", source.cropPolicy(), "the property says 24 x 24");
      assertTrue(source.validation().isEmpty() && source.test().isEmpty() && source.findings().isEmpty());
    }
    Files.write(folder.resolve("lfw.bin"), FaceLayouts.bin(12));
    try (var source = open("records:" + folder)) {
      assertTrue(source.validation().isEmpty(), "one set is kept for the end");
      assertEquals(List.of("lfw"), source.test().stream().map(PairSet::name).toList());
      assertNotEquals(alone, source.contentHash());
    }
    Files.write(folder.resolve("agedb_30.bin"), FaceLayouts.bin(10));
    Files.write(folder.resolve("cfp_fp.bin"), FaceLayouts.bin(10));
    try (var source = open("records:" + folder.resolve("train.rec"))) {
      assertEquals(alone, source.contentHash(), "a file alone brings no sets");
    }
    try (var source = open("records:" + folder)) {
      assertEquals(List.of("agedb_30"), source.validation().stream().map(PairSet::name).toList());
      assertEquals(List.of("cfp_fp", "lfw"), source.test().stream().map(PairSet::name).toList());
    }
  }

  @Test
  void damagedRecordsAreOneError() throws Exception {
    var folder = FaceLayouts.records(temp.resolve("rec"), 2, 2);
    var record = folder.resolve("train.rec");
    byte[] good = Files.readAllBytes(record);
    Files.write(record, Arrays.copyOf(good, good.length - 60));
    refused("records:" + folder, "cut off");
    byte[] bad = good.clone();
    bad[0] ^= 1;
    Files.write(record, bad);
    refused("records:" + folder, "expected the magic");
    bad = good.clone();
    bad[6] = 0x7F;
    Files.write(record, bad);
    refused("records:" + folder, "The file is cut off or damaged");
    Files.write(record, good);
    Files.writeString(folder.resolve("property"), "2000,24,24");
    refused("records:" + folder, "names 2000 identities for 4 pictures");
    Files.delete(folder.resolve("train.idx"));
    refused("records:" + folder, "train.idx is missing");
  }

  @Test
  void aBrokenPictureOfABinCostsItsPairAndNoFold() throws Exception {
    var images = new byte[40][];
    for (int i = 0; i < images.length; i++) {
      images[i] = FaceLayouts.pnm(i, 0);
    }
    images[5] = new byte[] {1, 2, 3};
    Files.write(temp.resolve("a.bin"), FaceLayouts.bin(images));
    Files.write(temp.resolve("b.bin"), FaceLayouts.bin(3));
    try (var source = open("bin:" + temp.resolve("a.bin") + "," + temp.resolve("b.bin"))) {
      assertEquals(0, source.identities());
      var a = source.test().getFirst();
      assertEquals("a", a.name());
      assertEquals(19, a.pairs().size());
      assertEquals(List.of("a images 4 and 5"), a.missing());
      assertTrue(source.findings().getFirst().contains("a images 4 and 5"), source.findings().toString());
      for (int k = 0; k < 19; k++) {
        int place = k < 2 ? k : k + 1;
        assertEquals(new PairSet.Pair(2 * k, 2 * k + 1, place % 2 == 0, place / 2), a.pairs().get(k));
        assertEquals(RgbImage.read(images[2 * place + 1], "x"), a.reader().apply(2 * k + 1));
      }
      assertEquals(3, source.test().getLast().folds());
    }
    Files.write(temp.resolve("evil.bin"), Samples.hex("80 02 63 6f730a 73797374656d0a 28 55 02 6c73 74 52 2e"));
    refused("bin:" + temp.resolve("evil.bin"), "evil.bin");
    Files.write(temp.resolve("none.bin"), FaceLayouts.bin(new byte[] {1}, new byte[] {2}));
    refused("bin:" + temp.resolve("none.bin"), "holds no pair whose pictures can be read");
  }

  @Test
  void memoryMappedSetsAreFoundByTheirLabels() throws Exception {
    FaceLayouts.memFile(temp, "lfw", 12);
    FaceLayouts.memFile(temp, "agedb_30", 10);
    try (var source = open("memfile:" + temp)) {
      assertEquals(List.of("agedb_30", "lfw"), source.test().stream().map(PairSet::name).toList());
      var lfw = source.test().getLast();
      assertEquals(10, lfw.folds());
      assertTrue(lfw.pairs().getFirst().same());
      assertFalse(lfw.pairs().get(1).same());
      assertEquals(8, lfw.reader().apply(23).width());
    }
    Files.write(temp.resolve("lfw/memfile/mem_file.dat"), new byte[100]);
    refused("memfile:" + temp, "The file is cut off");
    refused("memfile:" + Files.createDirectory(temp.resolve("empty")), "holds no validation set of AdaFace");
  }

  @Test
  void ijbBringsTemplatesThatHaveAPicture() throws Exception {
    FaceLayouts.ijb(temp, 4);
    try (var source = open("ijb:" + temp)) {
      var set = source.templates().orElseThrow();
      assertEquals(24, set.pictures().size());
      assertEquals(28, set.pairs().size());
      assertEquals(112, set.reader().apply(0).width());
      assertEquals(Map.of(1, 0, 5, 2), set.galleries().getFirst().subjects());
      assertEquals(4, set.probes().subjects().size());
      assertTrue(source.test().isEmpty() && source.search().isEmpty());
    }
    Files.delete(temp.resolve("loose_crop/0.ppm"));
    Files.write(temp.resolve("loose_crop/1.ppm"), new byte[] {1});
    var points = temp.resolve("meta/ijbc_name_5pts_score.txt");
    Files.writeString(points, Files.readString(points).replace("\n2.ppm 20 30 40 30 30 40 22 50 38 50", "\n2.ppm 1 1 1 1 1 1 1 1 1 1"));
    try (var source = open("ijb:" + temp)) {
      var set = source.templates().orElseThrow();
      assertEquals(21, set.pictures().size());
      assertEquals(7, set.missingPairs(), "the first template has lost its three pictures");
      assertEquals(Map.of(5, 2), set.galleries().getFirst().subjects());
      assertEquals(4, source.findings().size(), source.findings().toString());
    }
    Files.delete(temp.resolve("meta/ijbc_face_tid_mid.txt"));
    refused("ijb:" + temp, "holds 0 of the sets");
  }

  @Test
  void tinyFaceNamesItsIdentities() throws Exception {
    FaceLayouts.tinyFace(temp.resolve("t"), 3, 4);
    Files.write(temp.resolve("t/tinyface/Testing_Set/Probe/9_1.ppm"), FaceLayouts.pnm(9, 1));
    Files.write(temp.resolve("t/tinyface/Testing_Set/Probe/2_3.ppm"), new byte[] {1});
    try (var source = open("tinyface:" + temp.resolve("t"))) {
      var set = source.search().orElseThrow();
      assertEquals(7, set.gallery());
      assertEquals(List.of(0, 1, 2, -100, -100, -100, -100, 0, 0, 1, 1, 2, 9), set.faces().stream().map(SearchSet.Face::identity).toList());
      assertEquals(1, set.missing().size());
      assertEquals(20, set.reader().apply(0).height(), "squared");
      assertTrue(source.findings().getLast().contains("9_1.ppm"), source.findings().toString());
    }
    var unnamed = Samples.folder(temp.resolve("u"), Map.of("Testing_Set/Probe/x_3.jpg", new byte[1], "Testing_Set/Gallery_Match/1_3.jpg", new byte[1]));
    refused("tinyface:" + unnamed, "IDENTITY_NUMBER.jpg");
    refused("tinyface:" + Samples.folder(temp.resolve("e"), Map.of("Testing_Set/Probe/1_3.jpg", new byte[1])), "1 probes and 0 gallery");
  }

  @Test
  void theFirstPicturesOfAFolderAreTheGallery() throws Exception {
    FaceLayouts.people(temp, 3, 11);
    Files.write(temp.resolve("p00/2.ppm"), new byte[] {1});
    Samples.folder(temp, Map.of("one/1.pgm", FaceLayouts.pnm(7, 1, 10, 16, true), "notes.txt", new byte[1]));
    try (var source = FaceSpec.parse("folder:" + temp).withGallery(2).open((d, a) -> { })) {
      var set = source.search().orElseThrow();
      assertEquals(6, set.gallery(), "one of p00 is broken, and one has a single picture");
      assertEquals(27, set.probes());
      assertEquals(List.of("p00/3.ppm", "p00/4.ppm", "p00/5.ppm", "p00/6.ppm", "p00/7.ppm", "p00/8.ppm", "p00/9.ppm", "p00/10.ppm", "p00/11.ppm"),
          set.faces().subList(6, 15).stream().map(SearchSet.Face::id).toList());
      var grey = set.reader().apply(0);
      assertEquals(16, grey.width(), "squared");
      assertEquals(grey.red(3, 5), grey.blue(0, 5));
      assertEquals(0, source.samples().size());
      assertEquals(3, source.findings().size(), source.findings().toString());
    }
    assertThrows(MienException.class, () -> FaceSpec.parse("folder:" + temp).withGallery(11).open((d, a) -> { }));
  }

  @Test
  void numbersInNamesCompareByValue() {
    var names = List.of("a/10.jpg", "a/2.jpg", "a/02.jpg", "b", "a/2a.jpg", "a/100000000000000000000.jpg", "a", "a/x");
    assertEquals(List.of("a", "a/02.jpg", "a/2.jpg", "a/2a.jpg", "a/10.jpg", "a/100000000000000000000.jpg", "a/x", "b"),
        names.stream().sorted(NaturalOrder.INSTANCE).toList());
  }
}
