package dev.mien.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
  private static final OpenOptions OPTIONS = OpenOptions.defaults();

  @TempDir
  Path temp;

  private Path folder(Map<String, byte[]> files) throws Exception {
    return Trees.folder(Files.createTempDirectory(temp, "set"), files);
  }

  private static Map<String, byte[]> pictures(String... names) {
    var files = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < names.length; i++) {
      files.put(names[i], names[i].endsWith(".png") ? Pictures.png(i + 10) : Pictures.jpeg(i + 10));
    }
    return files;
  }

  @Test
  void theSplitRuleIsSha1Modulo10() {
    // Values from Python's hashlib: 2, 1, 2, 5, 5, then 8 and 9.
    for (var key : List.of("201701170956", "201612191634", "001", "images/a.jpg", "")) {
      assertEquals(Split.TRAIN, SplitRule.of(key));
    }
    assertEquals(Split.VALIDATION, SplitRule.of("201701101511"));
    assertEquals(Split.TEST, SplitRule.of("201701101506"));
  }

  @Test
  void fgNetFoldsLeaveOnePersonOut() throws Exception {
    var files = pictures("FGNET/images/001A02.JPG", "FGNET/images/001a08.jpg", "FGNET/images/010A07b.JPG",
        "FGNET/images/082A69.png", "FGNET/images/12A01.jpg", "FGNET/images/001A02.JPG.txt", "FGNET/extra/050A33.jpg");
    for (var path : List.of(folder(files), Trees.zip(temp.resolve("fg.zip"), files, false))) {
      try (var source = FgNet.open(path, OPTIONS)) {
        assertEquals(List.of(1, 10, 82), source.subjects());
        assertEquals(List.of(2.0, 8.0, 7.0, 69.0), source.samples().stream().map(AgeSample::ageYears).toList());
        assertEquals(List.of("FGNET/images/12A01.jpg"), source.findings().names(Finding.MALFORMED_NAME));
        assertEquals(2, source.findings().count(Finding.OTHER_FILE));
        assertEquals("001", source.samples().get(0).group());
        var fold = source.fold(1);
        assertArrayEquals(new int[] {0, 1}, fold.indices(Split.TEST));
        assertArrayEquals(new int[] {2, 3}, fold.indices(Split.TRAIN));
        assertEquals(0, fold.indices(Split.VALIDATION).length);
        fold.close();
        assertEquals(fold.read(3), source.read(3));
        assertTrue(assertThrows(MienException.class, () -> source.fold(7)).getMessage().contains("no person 7"));
      }
    }
    var error = assertThrows(FormatException.class, () -> FgNet.open(folder(pictures("001A70.jpg")), OPTIONS));
    assertTrue(error.getMessage().contains("0..69"), error.getMessage());
  }

  private static final String HEADER = "file_name,num_ratings,apparent_age_avg,apparent_age_std,real_age\n";

  private static Map<String, byte[]> appaReal() {
    var files = pictures("appa/train/000000.jpg_face.jpg", "appa/train/000001.jpg_face.jpg", "appa/valid/000002.jpg_face.jpg",
        "appa/test/000003.jpg_face.jpg", "appa/train/000000.jpg");
    files.put("appa/gt_avg_train.csv", (HEADER + "000000.jpg,10,27.5,4.2,30\n000001.jpg,11,5.05,0.8,4\n000009.jpg,9,50,3,50\n")
        .getBytes());
    files.put("appa/gt_avg_valid.csv", (HEADER + "000002.jpg,12,40.25,6,41\n").getBytes());
    files.put("appa/gt_avg_test.csv", (HEADER + "000003.jpg,12,61,6.5,60\n").getBytes());
    return files;
  }

  @Test
  void appaRealTakesTheFacesAndTheVotes() throws Exception {
    try (var source = AppaReal.open(folder(appaReal()), OPTIONS)) {
      assertEquals(4, source.samples().size());
      var first = source.samples().stream().filter(s -> s.id().endsWith("000000.jpg_face.jpg")).findFirst().orElseThrow();
      assertEquals(27.5, first.ageYears());
      assertEquals(4.2, first.ageStdYears());
      assertEquals(28, first.label(100));
      assertEquals(1, source.indices(Split.VALIDATION).length);
      assertEquals(1, source.indices(Split.TEST).length);
      assertEquals(List.of("appa/train/000009.jpg_face.jpg"), source.findings().names(Finding.MISSING_FILE));
    }
  }

  @Test
  void theIgnoreListIsForTrainingOnly() throws Exception {
    var files = appaReal();
    files.put("ignore_list.csv", "train/000001.jpg_face.jpg\n000003.jpg".getBytes());
    try (var source = AppaReal.open(folder(files), OPTIONS)) {
      assertEquals(List.of("appa/train/000001.jpg_face.jpg"), source.findings().names(Finding.IGNORED_BY_LIST));
      assertEquals(1, source.indices(Split.TEST).length, "the test split keeps the picture on the list");
    }
  }

  @Test
  void duplicatesAcrossFixedSplitsAreReportedNotMoved() throws Exception {
    var files = appaReal();
    files.put("appa/test/000003.jpg_face.jpg", files.get("appa/train/000000.jpg_face.jpg"));
    try (var source = AppaReal.open(folder(files), OPTIONS)) {
      assertEquals(1, source.indices(Split.TEST).length);
      assertEquals(1, source.findings().count(Finding.DUPLICATE_ACROSS_SPLITS));
    }
  }

  @Test
  void malformedAppaRealIndexesNameFileAndLine() throws Exception {
    var files = appaReal();
    files.put("appa/gt_avg_valid.csv", (HEADER + "000002.jpg,12,140.25,6,41\n").getBytes());
    assertMessage(() -> AppaReal.open(folder(files), OPTIONS), "gt_avg_valid.csv line 2", "140.25", "0..100");
    files.put("appa/gt_avg_valid.csv", "a,b\n1,2\n".getBytes());
    assertMessage(() -> AppaReal.open(folder(files), OPTIONS), "gt_avg_valid.csv", "no column \"file_name\"");
    files.remove("appa/gt_avg_valid.csv");
    assertMessage(() -> AppaReal.open(folder(files), OPTIONS), "gt_avg_valid.csv");
    assertMessage(() -> AppaReal.open(folder(pictures("1.jpg")), OPTIONS), "no gt_avg_train.csv");
  }

  @Test
  void aPlainFolderHasAgesInFrontOrATable() throws Exception {
    try (var source = FolderAges.open(folder(pictures("34.jpg", "7-b.jpg", "sub/102_anna.png", "anna.jpg", "1999_x.jpg",
        "0.jpeg")), OPTIONS)) {
      assertEquals(List.of(0.0, 34.0, 7.0, 102.0), source.samples().stream().map(AgeSample::ageYears).toList());
      assertEquals(List.of("1999_x.jpg", "anna.jpg"), source.findings().names(Finding.MALFORMED_NAME));
      assertEquals(1, source.findings().count(Finding.ABOVE_LAST_CLASS));
      assertEquals(100, source.samples().get(3).label(100));
      for (var s : source.samples()) {
        assertEquals(SplitRule.of(s.id()), s.split());
      }
    }
    var files = pictures("34.jpg", "b.jpg");
    files.put("labels.csv", "File,Age,gender\nb.jpg,61.5,F\n".getBytes());
    try (var source = FolderAges.open(folder(files), OPTIONS)) {
      assertEquals(61.5, source.samples().getFirst().ageYears());
      assertEquals(1, source.samples().getFirst().gender());
      assertEquals(List.of("34.jpg"), source.findings().names(Finding.NOT_IN_INDEX));
    }
    assertMessage(() -> FolderAges.open(folder(pictures("130.jpg", "20.jpg")), OPTIONS), "0..120", "130.jpg");
    assertMessage(() -> FolderAges.open(folder(pictures("anna.jpg")), OPTIONS), "starts with an age", "anna.jpg");
  }

  @Test
  void aCsvHasSplitsGroupsAndVotes() throws Exception {
    var files = pictures("img/a.jpg", "img/b.jpg", "img/c.jpg", "img/d.jpg");
    files.put("faces.csv", ("\uFEFFfile,age,gender,split,group,age_std\r\nimg/a.jpg,1,0,train,p1,\r\n"
        + "\"img/b.jpg\",2,female,Valid,p2,0.5\r\n"
        + "./img\\c.jpg, 3 ,,test,p3,\r\nimg/d.jpg,4,m,train,p1,\r\nimg/gone.jpg,5,m,train,p4,\r\n").getBytes());
    var root = folder(files);
    try (var source = CsvAges.open(root.resolve("faces.csv"), OPTIONS)) {
      assertEquals(List.of(Split.TRAIN, Split.VALIDATION, Split.TEST, Split.TRAIN), source.samples().stream()
          .map(AgeSample::split).toList());
      assertEquals(List.of(0, 1, -1, 0), source.samples().stream().map(AgeSample::gender).toList());
      assertEquals(0.5, source.samples().get(1).ageStdYears());
      assertEquals("p1", source.samples().get(3).group());
      assertEquals(List.of("img/gone.jpg"), source.findings().names(Finding.MISSING_FILE));
    }
    files.put("labels.csv", files.get("faces.csv"));
    try (var source = CsvAges.open(Trees.zip(temp.resolve("c.zip"), files, false), OPTIONS)) {
      assertEquals(4, source.samples().size());
    }
  }

  @Test
  void groupsWithoutASplitColumnStayTogether() throws Exception {
    var files = new HashMap<>(pictures("a.jpg", "b.jpg", "c.jpg"));
    files.put("labels.csv", "file,age,group\na.jpg,1,201701101506\nb.jpg,2,201701101506\nc.jpg,3,201701101511\n".getBytes());
    try (var source = CsvAges.open(folder(files), OPTIONS)) {
      assertEquals(List.of(Split.TEST, Split.TEST, Split.VALIDATION), source.samples().stream().map(AgeSample::split).toList());
    }
  }

  private record Bad(String what, String csv, String says) {}

  @TestFactory
  Stream<DynamicTest> malformedTablesNameFileAndLine() {
    return Stream.of(
        new Bad("age above the range", "file,age\na.jpg,121\n", "labels.csv line 2 has the age 121, outside the range 0..120"),
        new Bad("negative age", "file,age\na.jpg,3\nb.jpg,-1\n", "line 3 has the age -1, outside"),
        new Bad("NaN", "file,age\na.jpg,NaN\n", "outside the range"),
        new Bad("infinite", "file,age\na.jpg,1e999\n", "outside the range"),
        new Bad("no number", "file,age\na.jpg,old\n", "line 2 has the age \"old\", expected a number"),
        new Bad("no age", "file,age\na.jpg,\n", "line 2 has no age"),
        new Bad("short row", "file,age\na.jpg\n", "line 2 has no age"),
        new Bad("no file", "file,age\n,3\n", "line 2 has no file"),
        new Bad("no age column", "file,years\na.jpg,3\n", "no column \"age\""),
        new Bad("column twice", "file,age,age\na.jpg,3,4\n", "no well-formed CSV"),
        new Bad("no rows", "file,age\n", "no rows"),
        new Bad("empty", "", "no column \"file\""),
        new Bad("open quote", "file,age\n\"a.jpg,3\n", "no well-formed CSV"),
        new Bad("text after a quote", "file,age\n\"a\"b.jpg,3\n", "no well-formed CSV"),
        new Bad("leaves the root", "file,age\n../a.jpg,3\n", "line 2 names ../a.jpg, which leaves the folder"),
        new Bad("leaves the root inside", "file,age\nx/../../a.jpg,3\n", "leaves the folder"),
        new Bad("absolute", "file,age\n/etc/passwd,3\n", "absolute path"),
        new Bad("drive", "file,age\nC:\\a.jpg,3\n", "absolute path"),
        new Bad("NUL", "file,age\na\0.jpg,3\n", "control characters"),
        new Bad("file twice", "file,age\na.jpg,3\nb.jpg,4\n./a.jpg,3\n", "line 4 names a.jpg again, as line 2 did"),
        new Bad("bad gender", "file,age,gender\na.jpg,3,2\n", "line 2 has the gender \"2\""),
        new Bad("bad split", "file,age,split\na.jpg,3,dev\n", "line 2 has the split \"dev\""),
        new Bad("empty split", "file,age,split\na.jpg,3,\n", "line 2 has no split"),
        new Bad("group across splits", "file,age,split,group\na.jpg,3,train,p\nb.jpg,4,test,p\n",
            "line 3 puts group p into test"),
        new Bad("endless line", "file,age\n" + "x".repeat(70_000) + ",3\n", "a line of more than"),
        new Bad("all missing", "file,age\nc.jpg,3\n", "1 of 1 images"))
        .map(bad -> DynamicTest.dynamicTest(bad.what(), () -> {
          var files = pictures("a.jpg", "b.jpg");
          files.put("labels.csv", bad.csv().getBytes());
          assertMessage(() -> CsvAges.open(folder(files), OPTIONS), bad.says());
        }));
  }

  @Test
  void tablesMustBeText() throws Exception {
    var files = pictures("a.jpg");
    files.put("labels.csv", new byte[] {'f', (byte) 0xFF, (byte) 0xFE, '\n'});
    assertMessage(() -> CsvAges.open(folder(files), OPTIONS), "not UTF-8");
    assertMessage(() -> CsvAges.open(folder(pictures("a.jpg")), OPTIONS), "holds no labels.csv");
    assertMessage(() -> CsvAges.open(temp.resolve("gone.csv"), OPTIONS), "does not exist");
  }

  @Test
  void specificationsAreParsedOrExplained() {
    assertEquals(new DataSpec(DataSpec.Kind.UTKFACE, Path.of("a:b/c.zip"), 0), DataSpec.parse("UTKFace:a:b/c.zip"));
    assertEquals(new DataSpec(DataSpec.Kind.SYNTHETIC, null, 3000), DataSpec.parse("synthetic"));
    assertEquals(new DataSpec(DataSpec.Kind.SYNTHETIC, null, 120), DataSpec.parse("synthetic:120"));
    assertEquals("csv:x.csv", DataSpec.parse("csv:x.csv").toString());
    for (var bad : List.of("", "utkface", "utkface:", "imdb:/x", "/some/folder", "synthetic:", "synthetic:0", "synthetic:-3",
        "synthetic:many", "synthetic:99999999999", "folder:\0")) {
      var error = assertThrows(MienException.class, () -> DataSpec.parse(bad), bad);
      assertTrue(error.getMessage().startsWith("[data] \"") && error.getMessage().lines().count() == 1, error.getMessage());
    }
  }

  @TestFactory
  Stream<DynamicTest> missingEmptyAndCutOffPathsAreErrorsForEverySet() {
    return Stream.of("utkface", "fgnet", "appareal", "folder", "csv").map(key -> DynamicTest.dynamicTest(key, () -> {
      assertMessage(() -> DataSpec.parse(key + ":" + temp.resolve("missing")).open(OPTIONS), "missing does not exist");
      var empty = Files.createTempDirectory(temp, "empty");
      assertMessage(() -> DataSpec.parse(key + ":" + empty).open(OPTIONS), "is empty");
      var zip = Trees.zip(Files.createTempFile(temp, "c", ".zip"), pictures("20_1_2_20170109142408075.jpg"), true);
      Files.write(zip, java.util.Arrays.copyOf(Files.readAllBytes(zip), 500));
      assertMessage(() -> DataSpec.parse(key + ":" + zip).open(OPTIONS), "cut off");
      var text = Files.writeString(Files.createTempFile(temp, "t", ".txt"), "x");
      assertMessage(() -> DataSpec.parse(key + ":" + text).open(OPTIONS), "neither a folder nor a .zip");
    }));
  }

  private interface Opens {
    Object open() throws Exception;
  }

  private static void assertMessage(Opens opens, String... parts) {
    var error = assertThrows(MienException.class, opens::open);
    for (var part : parts) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
  }
}
