package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.MienCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages that runs and evaluations write. */
class FaceReportsTest {
  @TempDir
  Path temp;

  private static String run(int expected, MienCommand command, String... arguments) {
    var words = new ByteArrayOutputStream();
    var before = List.of(System.out, System.err);
    var both = new PrintStream(words, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      assertEquals(expected, CommandRunner.run(command, arguments), () -> words.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before.getFirst());
      System.setErr(before.getLast());
    }
    return words.toString(StandardCharsets.UTF_8);
  }

  /** Charts, figures and pictures of a page: all but what it was called, and how long it took. */
  private static String shown(Path page) throws Exception {
    var parts = Pattern.compile("<svg.*?</svg>|<img[^>]*>|<table><thead>.*?</table>|<figcaption.*?</figcaption>|<p>[^<]*Spearman.*?</p>|<h3>.*?</h3>",
        Pattern.DOTALL).matcher(Files.readString(page));
    return parts.results().map(r -> r.group()).collect(Collectors.joining("\n"));
  }

  @Test
  void aResumedRunGivesTheSameReport() throws Exception {
    var whole = temp.resolve("whole");
    String words = run(0, new TrainFace(), "--preset", "smoke", "--out", whole.toString());
    assertTrue(words.contains("report: " + whole.resolve("report.html")), words);
    assertTrue(words.contains("two people") && words.contains("norm of the features against sharpness of the pictures: Spearman"), words);
    var stopped = temp.resolve("stopped");
    run(0, new TrainFace(), "--preset", "smoke", "--out", stopped.toString(), "--checkpoint-seconds", "0");
    String first = shown(whole.resolve("report.html"));
    assertEquals(first, shown(stopped.resolve("report.html")));
    assertTrue(first.contains("<img") && first.contains("AdaFace&#39;s q in training"));
    // as if it had been killed in the middle of the last epoch
    try (var files = Files.list(stopped.resolve("checkpoints"))) {
      Files.delete(files.sorted().toList().getLast());
    }
    for (var gone : List.of("report.html", "quality.json", "result.json", "model.safetensors")) {
      Files.delete(stopped.resolve(gone));
    }
    run(0, new TrainFace(), "--resume", stopped.toString());
    assertEquals(first, shown(stopped.resolve("report.html")));

    var page = temp.resolve("eval.html");
    words = run(0, new EvalFace(), "--weights", whole.toString(), "--data", "synthetic:24", "--report", page.toString());
    assertTrue(words.contains("report: " + page), words);
    String evaluated = Files.readString(page);
    assertTrue(!evaluated.contains(">Training<") && evaluated.contains("--report"));
    assertFalse(evaluated.contains("q in training"));
    assertTrue(evaluated.contains("q of the scored pictures"));
    assertTrue(run(2, new EvalFace(), "--weights", whole.toString(), "--data", "synthetic:24", "--report", temp.resolve("no/such/x.html").toString())
        .contains("--report"));
  }

  @Test
  void anotherHeadHasNoQInTraining() throws Exception {
    var folder = temp.resolve("arcface");
    run(0, new TrainFace(), "--preset", "smoke", "--epochs", "1", "--head", "arcface", "--out", folder.toString());
    assertFalse(Files.exists(folder.resolve("quality.json")));
    String page = Files.readString(folder.resolve("report.html"));
    assertTrue(page.contains(">Norm by epoch<"));
    assertFalse(page.contains("q in training"));
  }

  @Test
  void aBrokenTableOfMetricsIsOneError() throws Exception {
    var file = temp.resolve("metrics.csv");
    String header = "step," + String.join(",", FaceTrainer.COLUMNS) + "\n";
    Files.writeString(file, header + "9,1,9.5,0.01,0.3,,,0.1,1.5,100,2\n18,2,8.5,0.02");
    var epochs = FaceReports.epochs(file);
    assertEquals(1, epochs.size(), "a torn line is left out");
    assertTrue(Double.isNaN(epochs.getFirst().validationAccuracy()), "nothing was validated");
    for (var wrong : List.of("step,epoch\n1,2\n", header + "9,1,9.5\n", header + "9,1,x,0.01,0.3,,,0.1,1.5,100,2\n", header + "9,,9.5,0.01,0.3,,,0.1,1.5,100,2\n",
        header + "9,\"1,9.5\n")) {
      Files.writeString(file, wrong);
      var error = assertThrows(FormatException.class, () -> FaceReports.epochs(file), wrong);
      assertTrue(error.getMessage().contains("metrics.csv") && error.getMessage().lines().count() == 1, error.getMessage());
    }
  }
}
