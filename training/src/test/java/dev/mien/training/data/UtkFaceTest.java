package dev.mien.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UtkFaceTest {
  // SHA-1 of these minutes modulo 10, computed with Python's hashlib: 7 (train), 8 (validation), 9 (test).
  private static final String TRAIN_MINUTE = "201701101517";
  private static final String VALIDATION_MINUTE = "201701101511";
  private static final String TEST_MINUTE = "201701101506";

  @TempDir
  Path temp;

  private static String name(int age, int gender, String minute, int number) {
    return String.format("%d_%d_0_%s%05d.jpg.chip.jpg", age, gender, minute, number);
  }

  private static Map<String, byte[]> three() {
    var files = new LinkedHashMap<String, byte[]>();
    files.put("images/" + name(23, 0, TRAIN_MINUTE, 1), Pictures.jpeg(1));
    files.put("images/" + name(4, 1, VALIDATION_MINUTE, 2), Pictures.jpeg(2));
    files.put("images/" + name(116, 1, TEST_MINUTE, 3), Pictures.jpeg(3));
    return files;
  }

  private AgeSource open(Map<String, byte[]> files) throws Exception {
    return UtkFace.open(Trees.folder(Files.createTempDirectory(temp, "utk"), files), OpenOptions.defaults());
  }

  @Test
  void namesTellTheRace() {
    assertEquals("Indian", UtkFace.race("part2/25_1_3_20170116174525125.jpg"));
    assertEquals("White", UtkFace.race("25_0_0_20170116174525125.jpg.chip.jpg"));
    assertEquals("", UtkFace.race("61_3_20170109150557335.jpg"));
    assertEquals("", UtkFace.race("synthetic/00001"));
  }

  @Test
  void namesAreLabelsAndTheMinuteIsTheSplit() throws Exception {
    try (var source = open(three())) {
      var byAge = new TreeMap<Double, AgeSample>();
      source.samples().forEach(s -> byAge.put(s.ageYears(), s));
      assertEquals(List.of(4.0, 23.0, 116.0), List.copyOf(byAge.keySet()));
      assertEquals(Split.TRAIN, byAge.get(23.0).split());
      assertEquals(Split.VALIDATION, byAge.get(4.0).split());
      assertEquals(Split.TEST, byAge.get(116.0).split());
      assertEquals(0, byAge.get(23.0).gender());
      assertEquals(1, byAge.get(4.0).gender());
      assertTrue(Double.isNaN(byAge.get(4.0).ageStdYears()));
      assertEquals(100, byAge.get(116.0).label(100));
      assertEquals(1, source.findings().count(Finding.ABOVE_LAST_CLASS));
      assertEquals(116, source.lastAge());
      assertEquals(23.0, source.trainingMedianYears());
      assertEquals(48, source.read(0).width());
    }
  }

  @Test
  void malformedNamesRepeatedNamesAndOtherFilesAreCountedAndNamed() throws Exception {
    var files = three();
    files.put("61_1_20170109142408075.jpg.chip.jpg", Pictures.jpeg(4));
    files.put("53__0_20170116184028385.jpg", Pictures.jpeg(5));
    files.put("14_0_0_2017011022340900.jpg.chip.jpg", Pictures.jpeg(6));
    files.put("24_0_1_20170116220224657 .jpg.chip.jpg", Pictures.jpeg(7));
    files.put("24_2_1_20170116220224657.jpg", Pictures.jpeg(8));
    files.put("portrait.png", Pictures.png(9));
    files.put("readme.txt", new byte[] {1});
    files.put("zcopy/" + name(23, 0, TRAIN_MINUTE, 1), Pictures.jpeg(1));
    files.put("__MACOSX/images/._" + name(23, 0, TRAIN_MINUTE, 1), new byte[] {0});
    try (var source = open(files)) {
      assertEquals(3, source.samples().size());
      assertEquals(6, source.findings().count(Finding.MALFORMED_NAME));
      assertTrue(source.findings().names(Finding.MALFORMED_NAME).contains("14_0_0_2017011022340900.jpg.chip.jpg"));
      assertEquals(List.of("readme.txt"), source.findings().names(Finding.OTHER_FILE));
      assertEquals(List.of("zcopy/" + name(23, 0, TRAIN_MINUTE, 1)), source.findings().names(Finding.REPEATED_NAME));
      assertEquals(7, source.findings().skipped());
      assertTrue(source.describe().contains("6 malformed names"), source.describe());
    }
  }

  @Test
  void folderAndZipAreTheSameDataSet() throws Exception {
    var files = three();
    var hashes = new ArrayList<String>();
    for (var path : List.of(Trees.folder(temp.resolve("f"), files), Trees.zip(temp.resolve("s.zip"), files, true),
        Trees.zip(temp.resolve("d.zip"), files, false))) {
      for (int threads : new int[] {1, 3}) {
        try (var source = UtkFace.open(path, OpenOptions.defaults().threads(threads))) {
          hashes.add(source.contentHash());
          assertEquals(3, source.samples().size());
        }
      }
    }
    assertEquals(1, hashes.stream().distinct().count(), hashes.toString());
    files.put("images/" + name(116, 1, TEST_MINUTE, 3), Pictures.jpeg(33));
    try (var other = open(files)) {
      assertNotEquals(hashes.get(0), other.contentHash());
    }
  }

  @Test
  void theOneArchiveOfAFolderWithoutImagesIsTheDataSet() throws Exception {
    var folder = Trees.folder(temp.resolve("fetched"), Map.of("README.md", new byte[] {'r'}));
    var zip = Trees.zip(folder.resolve("faces.zip"), three(), true);
    try (var inside = UtkFace.open(folder, OpenOptions.defaults()); var alone = UtkFace.open(zip, OpenOptions.defaults())) {
      assertEquals(alone.contentHash(), inside.contentHash());
    }
    Trees.zip(folder.resolve("other.zip"), three(), true);
    var two = assertThrows(FormatException.class, () -> UtkFace.open(folder, OpenOptions.defaults()));
    assertTrue(two.getMessage().contains("faces.zip"), two.getMessage());
  }

  @Test
  void nearDuplicatesNeverLieAcrossSplits() throws Exception {
    var picture = Pictures.pattern(77, 120);
    var variants = new LinkedHashMap<String, byte[]>();
    variants.put("recompressed", Pictures.encode(picture, "jpg"));
    variants.put("smaller", Pictures.encode(Pictures.scaled(picture, 60), "jpg"));
    variants.put("mirrored", Pictures.encode(Pictures.mirrored(picture), "png"));
    variants.put("byte-identical", Pictures.encode(picture, "png"));
    for (var variant : variants.entrySet()) {
      var files = new HashMap<String, byte[]>();
      files.put(name(10, 0, TRAIN_MINUTE, 1), Pictures.encode(picture, "png"));
      files.put(name(20, 0, TEST_MINUTE, 2), variant.getValue());
      files.put(name(21, 0, TEST_MINUTE, 3), Pictures.jpeg(5));
      files.put(name(30, 0, VALIDATION_MINUTE, 4), Pictures.jpeg(6));
      try (var source = open(files)) {
        var samples = source.samples();
        assertEquals(List.of(Split.TRAIN, Split.TRAIN, Split.TRAIN, Split.VALIDATION), samples.stream().map(AgeSample::split)
            .toList(),
            variant.getKey() + ": the duplicate and its whole minute follow the first file name");
        assertEquals(samples.get(0).group(), samples.get(2).group());
        boolean exact = variant.getKey().equals("byte-identical");
        assertEquals(1, source.findings().count(exact ? Finding.EXACT_DUPLICATE : Finding.NEAR_DUPLICATE), variant.getKey());
        assertEquals(exact ? 1 : 0, source.findings().count(Finding.CONFLICTING_DUPLICATE));
        assertEquals(2, source.findings().count(Finding.MOVED_BY_DUPLICATE));
        assertEquals(0, source.findings().count(Finding.DUPLICATE_ACROSS_SPLITS));
      }
    }
  }

  @Test
  void differentAndFlatPicturesAreNoDuplicates() throws Exception {
    var files = new HashMap<String, byte[]>();
    for (int i = 0; i < 60; i++) {
      files.put(name(i, 0, TRAIN_MINUTE, i), Pictures.jpeg(1000 + i));
    }
    for (int i = 60; i < 80; i++) {
      var flat = new java.awt.image.BufferedImage(30, 30, java.awt.image.BufferedImage.TYPE_INT_RGB);
      var g = flat.createGraphics();
      g.setColor(new java.awt.Color(i, i, i));
      g.fillRect(0, 0, 30, 30);
      files.put(name(i, 0, TEST_MINUTE, i), Pictures.encode(flat, "png"));
    }
    try (var source = open(files)) {
      assertEquals(0, source.findings().count(Finding.NEAR_DUPLICATE), source.findings().lines(5).toString());
      assertEquals(20, source.indices(Split.TEST).length);
    }
  }

  @Test
  void labelsOutsideTheRangeAreAnErrorThatNamesThem() throws Exception {
    for (int age : new int[] {117, 200, -1}) {
      var files = three();
      files.put(name(age, 0, TRAIN_MINUTE, 9), Pictures.jpeg(9));
      var error = assertThrows(FormatException.class, () -> open(files));
      assertTrue(error.getMessage().contains("1 label in ") && error.getMessage().contains("0..116")
          && error.getMessage().contains(name(age, 0, TRAIN_MINUTE, 9)), error.getMessage());
      assertTrue(error.getMessage().lines().count() == 1);
    }
  }

  @Test
  void emptyMissingAndForeignFoldersAreErrors() throws Exception {
    var missing = temp.resolve("nowhere");
    assertTrue(assertThrows(MienException.class, () -> UtkFace.open(missing, OpenOptions.defaults())).getMessage()
        .contains("nowhere does not exist"));
    var empty = Files.createDirectory(temp.resolve("empty"));
    assertTrue(assertThrows(MienException.class, () -> UtkFace.open(empty, OpenOptions.defaults())).getMessage()
        .contains("is empty"));
    var foreign = assertThrows(FormatException.class, () -> open(Map.of("cat.jpg", Pictures.jpeg(1))));
    assertTrue(foreign.getMessage().contains("cat.jpg") && foreign.getMessage().contains("[age]_[gender]_[race]"),
        foreign.getMessage());
  }

  @Test
  void brokenImagesAreSkippedAndTooManyFailTheRun() throws Exception {
    var files = new TreeMap<>(three());
    for (int i = 0; i < 10; i++) {
      files.put("b/" + name(30 + i, 0, TRAIN_MINUTE, 100 + i), Pictures.BROKEN);
    }
    try (var source = open(files)) {
      assertEquals(10, source.findings().count(Finding.UNREADABLE_IMAGE));
      assertTrue(source.findings().names(Finding.UNREADABLE_IMAGE).get(0).contains("b/30_0_0_"));
      assertEquals(3, source.samples().size());
    }
    files.put("b/" + name(50, 0, TRAIN_MINUTE, 200), Pictures.BROKEN);
    var error = assertThrows(FormatException.class, () -> open(files));
    assertTrue(error.getMessage().contains("11 of 14 images") && error.getMessage().contains("10 are tolerated")
        && error.getMessage().contains("b/30_0_0_"), error.getMessage());
    var strict = Trees.folder(temp.resolve("strict"), Map.of(name(1, 0, TRAIN_MINUTE, 1), Pictures.jpeg(1),
        name(2, 0, TRAIN_MINUTE, 2), Pictures.BROKEN));
    assertThrows(FormatException.class, () -> UtkFace.open(strict, OpenOptions.defaults().maxBroken(0)));
    UtkFace.open(strict, OpenOptions.defaults().maxBroken(1)).close();
  }

  @Test
  void allImagesBrokenIsAnErrorEvenWithinTheLimit() {
    var error = assertThrows(FormatException.class, () -> open(Map.of(name(1, 0, TRAIN_MINUTE, 1), Pictures.BROKEN)));
    assertTrue(error.getMessage().contains("1 of 1 images"), error.getMessage());
  }

  @Test
  void shrunkAndCachedPicturesAreTheSameAsUncachedOnes() throws Exception {
    var folder = Trees.folder(temp.resolve("cache"), three());
    var options = OpenOptions.defaults().shrinkToPx(20);
    try (var plain = UtkFace.open(folder, options); var cached = UtkFace.open(folder, options.cacheBytes(1 << 20));
        var partly = UtkFace.open(folder, options.cacheBytes(2 * 20 * 20 * 3))) {
      for (int i = 0; i < 3; i++) {
        assertEquals(20, plain.read(i).width());
        assertEquals(plain.read(i), cached.read(i));
        assertEquals(plain.read(i), partly.read(i));
      }
      assertTrue(cached.read(0) == cached.read(0), "from the cache");
      assertTrue(plain.read(0) != plain.read(0), "decoded again");
    }
  }

  @Test
  void progressReachesTheEnd() throws Exception {
    var seen = new ArrayList<int[]>();
    UtkFace.open(Trees.folder(temp.resolve("p"), three()), OpenOptions.defaults()
        .progress((done, all) -> seen.add(new int[] {done, all})))
        .close();
    assertEquals(3, seen.getLast()[0]);
    assertEquals(3, seen.getLast()[1]);
  }

  @Test
  void theDeveloperSetIsReadWhole() {
    var zip = Trees.shared("utkface_dev/utkface_dev.zip");
    Assumptions.assumeTrue(zip != null, "shared/data/utkface_dev is not beside the repository");
    try (var source = UtkFace.open(zip, OpenOptions.defaults())) {
      System.out.println(source.describe() + " " + source.contentHash());
      assertEquals(4507, source.samples().size());
      assertEquals(3, source.findings().count(Finding.MALFORMED_NAME));
      var groups = new HashMap<String, Split>();
      var minutes = new HashMap<String, Split>();
      for (var sample : source.samples()) {
        assertEquals(groups.computeIfAbsent(sample.group(), g -> sample.split()), sample.split(), sample.id());
        var minute = sample.id().replaceAll("^.*_(\\d{12})\\d{5}\\..*$", "$1");
        assertEquals(minutes.computeIfAbsent(minute, m -> sample.split()), sample.split(), sample.id());
      }
      long byRule = source.samples().stream()
          .filter(s -> s.split() == SplitRule.of(s.id().replaceAll("^.*_(\\d{12})\\d{5}\\..*$", "$1"))).count();
      assertEquals(4507 - source.findings().count(Finding.MOVED_BY_DUPLICATE), byRule);
    }
  }
}
