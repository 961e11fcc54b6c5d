package dev.mien.training.recognition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.random.Rng;
import dev.mien.models.face.FaceModel;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.Normalization;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.MienCommand;
import dev.mien.training.facedata.NpyFile;
import dev.mien.training.synthetic.AgePrior;
import dev.mien.training.synthetic.SyntheticFaces;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on pictures of drawn people, with a network that has learned nothing. */
class RecognitionTest {
  private static final int PEOPLE = 4;
  private static final int PICTURES = 3;

  @TempDir
  Path temp;

  private Path people;
  private Path model;

  private record Outcome(int code, String out, String words) {
    JsonNode json() throws IOException {
      assertEquals(0, code, words);
      return new ObjectMapper().readTree(out);
    }
  }

  private static Outcome run(MienCommand command, Object... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var before = List.of(System.out, System.err);
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      var words = java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
      return new Outcome(CommandRunner.run(command, words), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before.getFirst());
      System.setErr(before.getLast());
    }
  }

  @BeforeEach
  void drawPeople() throws IOException {
    people = temp.resolve("people");
    var faces = new SyntheticFaces(5, PEOPLE * PICTURES, PICTURES, AgePrior.photographs());
    for (int i = 0; i < PEOPLE * PICTURES; i++) {
      var folder = Files.createDirectories(people.resolve("person " + i / PICTURES));
      var image = faces.image(i, 64);
      var picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      byte[] rgb = image.toBytes();
      for (int p = 0; p < 64 * 64; p++) {
        picture.setRGB(p % 64, p / 64, (rgb[3 * p] & 255) << 16 | (rgb[3 * p + 1] & 255) << 8 | rgb[3 * p + 2] & 255);
      }
      ImageIO.write(picture, "png", folder.resolve(i % PICTURES + ".png").toFile());
    }
    model = model("model.safetensors", 1);
  }

  private Path model(String name, int seed) {
    var path = temp.resolve(name);
    var model = new FaceModel("ir-tiny", ImageContract.rgb(Normalization.HALF, 64, "drawn faces, whole picture"), "nothing", 0.4);
    model.save(path, model.build(Rng.seed(seed)));
    return path;
  }

  private Path broken() throws IOException {
    return Files.writeString(people.resolve("person 1/broken.png"), "no picture");
  }

  private static float[] floats(Path file) {
    try (var npy = NpyFile.open(file)) {
      return npy.floats();
    }
  }

  @Test
  void embedWritesAMatrixAndItsIndexAndNamesWhatItSkips() throws Exception {
    broken();
    Files.writeString(people.resolve("notes.md"), "no picture either");
    var out = temp.resolve("out");
    var result = run(new EmbedFaces(), people, "--weights", model, "--out", out, "--json").json();
    assertEquals(PEOPLE * PICTURES, result.get("rows").asInt());
    assertEquals(1, result.get("skipped").size());
    assertTrue(result.get("skipped").get(0).get("file").asText().endsWith("broken.png"));
    try (var npy = NpyFile.open(out.resolve("embeddings.npy"))) {
      assertEquals(List.of((long) PEOPLE * PICTURES, 128L), npy.shape());
      float[] all = npy.floats();
      for (int r = 0; r < PEOPLE * PICTURES; r++) {
        double squares = 0;
        for (int i = 0; i < 128; i++) {
          squares += all[r * 128 + i] * all[r * 128 + i];
        }
        assertEquals(1, squares, 1e-5);
      }
    }
    var index = Files.readAllLines(out.resolve("index.csv"));
    assertEquals(PEOPLE * PICTURES + 1, index.size());
    assertTrue(index.get(4).startsWith("3,") && index.get(4).contains("person 1/0.png"), index.get(4));
    assertEquals(Float.parseFloat(index.get(4).split(",")[2]), floats(out.resolve("norms.npy"))[3], 0);
    try (var files = Files.list(out)) {
      assertEquals(4, files.count(), "three results and the lock");
    }
    var again = run(new EmbedFaces(), people, "--weights", model, "--out", out);
    assertEquals(2, again.code);
    assertTrue(again.words.contains("--force"), again.words);
  }

  @Test
  void embedGoesOnWhereItWasStopped() throws Exception {
    broken();
    var whole = temp.resolve("whole");
    run(new EmbedFaces(), people, "--weights", model, "--out", whole, "--json").json();

    var out = temp.resolve("out");
    try (var pictures = Pictures.at(List.of(people)); var embedder = dev.mien.models.face.FaceEmbedder.load(model);
        var journal = EmbedJournal.open(out, new EmbedJournal.Task(embedder.fingerprint(), 128, pictures.all()), false, false)) {
      journal.append(Embedding.embed(embedder, pictures.all().subList(0, 5)));
      journal.save();
      journal.append(Embedding.embed(embedder, pictures.all().subList(5, 7))); // lost, as by a kill
    }
    for (var wrong : List.of(List.of(), List.of("--resume", "--force"))) {
      var arguments = new java.util.ArrayList<Object>(List.of(people, "--weights", model, "--out", out));
      arguments.addAll(wrong);
      assertEquals(2, run(new EmbedFaces(), arguments.toArray()).code);
    }
    assertEquals(2, run(new EmbedFaces(), people, "--weights", model("other.safetensors", 2), "--out", out, "--resume").code);
    run(new EmbedFaces(), people, "--weights", model, "--out", out, "--resume", "--json").json();
    for (var file : List.of("embeddings.npy", "norms.npy", "index.csv")) {
      assertArrayEquals(Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(out.resolve(file)), file);
    }
  }

  @Test
  void compareTellsTheCosineAndTheDecision() throws Exception {
    var a = people.resolve("person 0/0.png");
    var same = run(new CompareFaces(), a, a, "--weights", model, "--json").json();
    assertEquals(1, same.get("cosine").asDouble(), 1e-6);
    assertTrue(same.get("same").asBoolean());
    var other = run(new CompareFaces(), a, people.resolve("person 1/0.png"), "--weights", model, "--threshold", "1", "--json").json();
    assertFalse(other.get("same").asBoolean());
    for (var wrong : List.of(List.of(a, a, "--threshold", "3"), List.of(a, temp.resolve("nobody.png")), List.of(a))) {
      var arguments = new java.util.ArrayList<Object>(wrong);
      arguments.addAll(List.of("--weights", model));
      var outcome = run(new CompareFaces(), arguments.toArray());
      assertEquals(2, outcome.code, outcome.words);
    }
  }

  @Test
  void aGalleryIsFilledSearchedAndForgets() throws Exception {
    var file = temp.resolve("people.gallery");
    broken();
    var added = run(new GalleryAdd(), people, "--gallery", file, "--weights", model, "--json").json();
    assertEquals(PEOPLE * PICTURES, added.get("added").asInt());
    assertEquals(1, added.get("skipped").size());
    var again = run(new GalleryAdd(), people, "--gallery", file, "--weights", model, "--json").json();
    assertEquals(PEOPLE * PICTURES, again.get("known").asInt());
    assertEquals(PEOPLE * PICTURES, again.get("faces").asInt());

    var probe = people.resolve("person 2/1.png");
    var found = run(new SearchFaces(), probe, "--gallery", file, "--weights", model, "-k", "3", "--memory", "0", "--json").json();
    var first = found.get("answers").get(0).get("matches").get(0);
    assertEquals("person 2", first.get("name").asText());
    assertEquals(1, first.get("cosine").asDouble(), 1e-5);
    assertEquals(3, found.get("answers").get(0).get("matches").size());

    var strange = run(new SearchFaces(), probe, "--gallery", file, "--weights", model("other.safetensors", 2));
    assertEquals(2, strange.code);
    assertTrue(strange.words.contains("of the model"), strange.words);

    assertEquals(2, run(new GalleryRemove(), "person 2", "nobody", "--gallery", file).code);
    assertEquals(PEOPLE * PICTURES, run(new GalleryShow(), "--gallery", file, "--json").json().get("faces").asInt(), "nothing was removed");
    run(new GalleryRemove(), "person 2", "--gallery", file, "--json").json();
    var shown = run(new GalleryShow(), "--gallery", file, "--names", "--json").json();
    assertEquals(PEOPLE - 1, shown.get("people").asInt());
    assertFalse(shown.get("names").has("person 2"));
    var later = run(new SearchFaces(), probe, "--gallery", file, "--weights", model, "--json").json();
    assertFalse(later.get("answers").get(0).get("matches").get(0).get("name").asText().equals("person 2"));
  }

  @Test
  void anInt8GalleryAndAListAndOneName() throws Exception {
    var file = temp.resolve("small.gallery");
    var list = Files.writeString(temp.resolve("list.txt"), "people/person 0/0.png\n\npeople/person 3/2.png\n");
    var added = run(new GalleryAdd(), list, "--gallery", file, "--weights", model, "--precision", "int8", "--name", "them", "--json").json();
    assertEquals(2, added.get("added").asInt());
    assertEquals("int8", run(new GalleryShow(), "--gallery", file, "--json").json().get("precision").asText());
    var found = run(new SearchFaces(), people.resolve("person 3"), "--gallery", file, "--weights", model, "--json").json();
    assertEquals("them", found.get("answers").get(2).get("matches").get(0).get("name").asText());
    assertEquals(1, found.get("answers").get(2).get("matches").get(0).get("cosine").asDouble(), 0.01);
  }

  @Test
  void aMistakeIsOneLine() throws Exception {
    var empty = Files.createDirectories(temp.resolve("empty"));
    for (var outcome : List.of(run(new EmbedFaces(), empty, "--weights", model, "--out", temp.resolve("o")),
        run(new EmbedFaces(), temp.resolve("missing"), "--weights", model, "--out", temp.resolve("o")),
        run(new EmbedFaces(), people, "--weights", people, "--out", temp.resolve("o")),
        run(new SearchFaces(), people, "--gallery", temp.resolve("missing"), "--weights", model),
        run(new SearchFaces(), people, "--gallery", model, "--weights", model),
        run(new GalleryShow(), "--gallery", people.resolve("person 0/0.png")),
        run(new GalleryRemove(), "x", "--gallery", temp.resolve("missing")))) {
      assertEquals(2, outcome.code, outcome.words);
      assertEquals(1, outcome.words.lines().filter(l -> l.startsWith("mien: ")).count(), outcome.words);
    }
    assertFalse(Files.exists(temp.resolve("o")));
  }
}
