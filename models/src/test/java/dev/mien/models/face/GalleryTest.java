package dev.mien.models.face;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.Gallery.Face;
import dev.mien.models.face.Gallery.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Search is exact, changes are whole, and what does not belong together is refused. */
class GalleryTest {
  private static final int FEATURES = 24;
  private static final String MODEL = "00112233aabbccdd";
  private static final long ROOM = 1 << 20;
  private static Device device;

  @TempDir
  Path temp;

  @BeforeAll
  static void open() {
    device = Device.open("cpu", 2);
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static FaceEmbedding embedding(String model, int number) {
    return embedding(model, number, FEATURES);
  }

  private static FaceEmbedding embedding(String model, int number, int features) {
    var rng = Rng.seed(7).at(number);
    var values = new float[features];
    double squares = 0;
    for (int i = 0; i < features; i++) {
      values[i] = (float) rng.gaussian(i);
      squares += values[i] * values[i];
    }
    for (int i = 0; i < features; i++) {
      values[i] = (float) (values[i] / Math.sqrt(squares));
    }
    return new FaceEmbedding(values, Math.sqrt(squares), model);
  }

  private static List<Face> faces(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> new Face("person " + i % 10, "picture/" + i + ".jpg", embedding(MODEL, i))).toList();
  }

  private static Gallery filled(Precision precision, int count) {
    var gallery = Gallery.empty(MODEL, FEATURES, precision);
    gallery.enrol(faces(0, count));
    return gallery;
  }

  private static List<List<GalleryMatch>> search(Gallery gallery, List<FaceEmbedding> probes, int k, long room) {
    try (var search = gallery.on(device, room)) {
      var first = search.find(probes, k);
      assertEquals(first, search.find(probes, k), "the second search, with what was kept");
      return first;
    }
  }

  private static List<FaceEmbedding> probes(int count) {
    return IntStream.range(0, count).mapToObj(i -> embedding(MODEL, 1_000_000 + i)).toList();
  }

  /** All faces by their cosine in double, equal ones in the order of enrolment. */
  private static List<String> expected(List<Face> faces, FaceEmbedding probe, int k) {
    return faces.stream().sorted(Comparator.comparingDouble((Face f) -> -f.embedding().cosine(probe))).limit(k).map(Face::source).toList();
  }

  private static List<String> sources(List<GalleryMatch> matches) {
    return matches.stream().map(m -> m.entry().source()).toList();
  }

  @Test
  void findsWhatComparingEachWithEachFinds() {
    int count = GalleryBlock.MOST_ROWS + 700;
    var all = faces(0, count);
    var gallery = filled(Precision.FLOAT32, count);
    for (long room : new long[] {0, ROOM, Long.MAX_VALUE}) {
      var found = search(gallery, probes(3), 10, room);
      for (int p = 0; p < 3; p++) {
        assertEquals(expected(all, probes(3).get(p), 10), sources(found.get(p)));
        assertEquals(probes(3).get(p).cosine(embedding(MODEL, number(found.get(p).getFirst()))), found.get(p).getFirst().cosine(), 1e-6);
      }
    }
  }

  private static int number(GalleryMatch match) {
    return Integer.parseInt(match.entry().source().replaceAll("\\D", ""));
  }

  @Test
  void anInt8GalleryFindsNearlyTheSame() {
    int count = 4000;
    var exact = search(filled(Precision.FLOAT32, count), probes(50), 10, ROOM);
    var rounded = search(filled(Precision.INT8, count), probes(50), 10, ROOM);
    int agreed = 0;
    for (int p = 0; p < 50; p++) {
      assertEquals(exact.get(p).getFirst().cosine(), rounded.get(p).getFirst().cosine(), 0.02);
      agreed += (int) sources(rounded.get(p)).stream().filter(sources(exact.get(p))::contains).count();
    }
    assertTrue(agreed > 460, agreed + " of 500 among the ten best");
  }

  /** Directions spread evenly over the sphere are the hard case: the ten best are hardly better than the next. */
  @Test
  void int8AgreesWithFloat32OnFacesOfFullLength() {
    int features = 512;
    int count = 20_000;
    int asked = 50;
    var found = new ArrayList<List<List<GalleryMatch>>>();
    for (var precision : Precision.values()) {
      var gallery = Gallery.empty(MODEL, features, precision);
      gallery.enrol(IntStream.range(0, count).mapToObj(i -> new Face("p", Integer.toString(i), embedding(MODEL, i, features))).toList());
      try (var search = gallery.on(device, Long.MAX_VALUE)) {
        found.add(search.find(IntStream.range(0, asked).mapToObj(i -> embedding(MODEL, 1_000_000 + i, features)).toList(), 10));
      }
    }
    int agreed = 0;
    int first = 0;
    for (int p = 0; p < asked; p++) {
      agreed += (int) sources(found.get(1).get(p)).stream().filter(sources(found.get(0).get(p))::contains).count();
      first += sources(found.get(1).get(p)).getFirst().equals(sources(found.get(0).get(p)).getFirst()) ? 1 : 0;
    }
    System.out.println("int8 finds " + agreed + " of float32's " + 10 * asked + " ten best of " + count + " random directions, and " + first + " of " + asked
        + " best");
    assertTrue(agreed > 9 * asked && first > 9 * asked / 10, agreed + " and " + first);
  }

  @Test
  void equalFacesComeInTheOrderOfEnrolmentAndFewAreAllThereIs() {
    var gallery = Gallery.empty(MODEL, FEATURES, Precision.FLOAT32);
    assertEquals(List.of(List.of()), search(gallery, probes(1), 5, ROOM));
    gallery.enrol(List.of(new Face("b", "1", embedding(MODEL, 1)), new Face("a", "2", embedding(MODEL, 1)), new Face("c", "3", embedding(MODEL, 2))));
    var found = search(gallery, List.of(embedding(MODEL, 1)), 5, ROOM).getFirst();
    assertEquals(List.of("1", "2", "3"), sources(found));
    assertEquals(1, found.getFirst().cosine(), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aFileBringsBackWhatWasSavedAndIsSearchedAlike(Precision precision) throws Exception {
    int count = GalleryBlock.MOST_ROWS + 5;
    var gallery = filled(precision, count);
    var path = temp.resolve("people.gallery");
    gallery.save(path);
    var before = search(gallery, probes(2), 7, ROOM);
    try (var read = Gallery.open(path)) {
      assertEquals(gallery.size(), read.size());
      assertEquals(gallery.entries().map(e -> new Gallery.Entry(e.name(), e.source(), (float) e.norm())).toList(), read.entries().toList());
      assertEquals(sources(before.getFirst()), sources(search(read, probes(2), 7, 0).getFirst()));

      // changed, and saved over the file it reads from
      assertEquals((count + 9) / 10, read.remove(e -> e.name().equals("person 0")));
      read.enrol(faces(count, count + 3));
      read.save(path);
      try (var again = Gallery.open(path)) {
        assertEquals(read.entries().map(Gallery.Entry::source).toList(), again.entries().map(Gallery.Entry::source).toList());
        assertEquals(sources(search(read, probes(1), 9, ROOM).getFirst()), sources(search(again, probes(1), 9, 100).getFirst()));
      }
    }
    try (var files = Files.list(temp)) {
      assertEquals(1, files.count(), "nothing is left beside the gallery");
    }
  }

  @Test
  void facesOfTwoModelsAreNeverMixed() {
    var gallery = filled(Precision.FLOAT32, 3);
    var other = embedding("ffffffffffffffff", 1);
    var enrolled = assertThrows(MienException.class, () -> gallery.enrol(List.of(faces(3, 4).getFirst(), new Face("x", "", other))));
    var searched = assertThrows(MienException.class, () -> search(gallery, List.of(other), 1, 0));
    for (var thrown : List.of(enrolled, searched)) {
      assertTrue(thrown.getMessage().contains(MODEL) && thrown.getMessage().contains("ffffffffffffffff"), thrown.getMessage());
    }
    assertEquals(3, gallery.size(), "none of them was enrolled");
  }

  @Test
  void namesThatAFileCannotHoldAreRefused() {
    var gallery = filled(Precision.FLOAT32, 1);
    for (var name : List.of("", "  ", "a\tb", "a\nb", "x".repeat(5000))) {
      assertThrows(MienException.class, () -> gallery.enrol(List.of(new Face(name, "", embedding(MODEL, 1)))), name);
    }
    assertThrows(MienException.class, () -> search(gallery, probes(1), 0, 0));
    assertThrows(MienException.class, () -> search(gallery, probes(1), 2000, 0));
  }

  @Test
  void aDamagedFileIsOneClearError() throws Exception {
    var path = temp.resolve("people.gallery");
    filled(Precision.INT8, 20).save(path);
    byte[] good = Files.readAllBytes(path);
    var text = new String(good, StandardCharsets.ISO_8859_1);
    var wrong = List.of(text.substring(0, text.length() - 1), text.replace("mien-gallery/1", "mien-gallery/9"), text.replace("\"int8\"", "\"int7\""),
        text.replace("\"features\":\"24\"", "\"features\":\"25\""), text.replace("\"features\":\"24\"", "\"features\":\"-4\""),
        text.replace("\"blocks\":\"1\"", "\"blocks\":\"2\""), text.replace("\tpicture/7", " picture/7"), text.replace("picture/7", "picture/\377"),
        "not a gallery");
    for (var bytes : wrong) {
      assertFalse(bytes.equals(text));
      Files.write(path, bytes.getBytes(StandardCharsets.ISO_8859_1));
      var thrown = assertThrows(FormatException.class, () -> Gallery.open(path).close());
      assertTrue(thrown.getMessage().contains("people.gallery"), thrown.getMessage());
    }
    assertThrows(MienException.class, () -> Gallery.open(temp.resolve("missing")));
  }

  @Test
  void aChangeThatFailsLeavesTheFileAsItWas() throws Exception {
    var path = temp.resolve("people.gallery");
    filled(Precision.FLOAT32, 5).save(path);
    byte[] before = Files.readAllBytes(path);
    assertThrows(MienException.class, () -> Gallery.edit(path, null, gallery -> {
      gallery.enrol(faces(5, 6));
      throw new MienException("no");
    }));
    assertEquals(java.util.Arrays.hashCode(before), java.util.Arrays.hashCode(Files.readAllBytes(path)));
  }

  @Test
  void manyWhoChangeOneFileLoseNothing() throws Exception {
    var path = temp.resolve("people.gallery");
    var waiting = new ArrayList<Future<?>>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int t = 0; t < 12; t++) {
        int at = t;
        waiting.add(threads.submit(() -> Gallery.edit(path, Gallery.empty(MODEL, FEATURES, Precision.FLOAT32), gallery -> {
          gallery.enrol(faces(10 * at, 10 * at + 10));
          return null;
        })));
      }
    }
    for (var one : waiting) {
      one.get();
    }
    try (var gallery = Gallery.open(path)) {
      assertEquals(120, gallery.entries().distinct().count());
    }
  }

  @Test
  void othersSearchWhileOneEnrols() throws Exception {
    var gallery = filled(Precision.FLOAT32, 500);
    var wanted = embedding(MODEL, 123);
    try (var search = gallery.on(device, ROOM); var threads = Executors.newFixedThreadPool(3)) {
      var writer = threads.submit(() -> {
        for (int i = 0; i < 60; i++) {
          gallery.enrol(faces(500 + i, 501 + i));
          gallery.remove(e -> e.source().equals("picture/3.jpg"));
        }
      });
      var readers = IntStream.range(0, 2).mapToObj(r -> threads.submit(() -> {
        for (int i = 0; i < 60; i++) {
          assertEquals("picture/123.jpg", search.find(List.of(wanted), 1).getFirst().getFirst().entry().source());
        }
      })).toList();
      writer.get();
      for (var reader : readers) {
        reader.get();
      }
      assertEquals("picture/559.jpg", search.find(List.of(embedding(MODEL, 559)), 1).getFirst().getFirst().entry().source());
    }
    assertEquals(559, gallery.size());
    assertEquals(0, device.openScopes());
  }
}
