package dev.mien.training.age;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command that a run of a table keeps makes the same run: every option that was given stands in it. */
class AgeOptionsTest {
  private static AgeSettings over(AgeSettings preset, List<String> words) {
    var options = new AgeOptions();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words.toArray(String[]::new));
    return options.over(preset);
  }

  @Test
  void argumentsMakeTheSameSettings() {
    var preset = AgePresets.named("ablation");
    assertEquals(List.of("train", "age", "--preset", "ablation"), AgeOptions.arguments(preset));
    for (var given : List.of(List.of("--data", "utkface:faces.zip", "--model", "resnet-mini", "--size", "72", "--augment", "strong", "--max-broken", "3"),
        List.of("--epochs", "3", "--batch", "17", "--accumulate", "2", "--seed", "-5", "--optimizer", "sgd", "--learning-rate", "0.03"),
        List.of("--weight-decay", "0.007", "--clip-norm", "0", "--average", "0.9"))) {
      var settings = over(preset, given).withLoss("l1", 9);
      var words = AgeOptions.arguments(settings);
      assertEquals(settings, over(preset, words.subList(4, words.size())), words.toString());
    }
  }
}
