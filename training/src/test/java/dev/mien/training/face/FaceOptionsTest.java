package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command that a run of a table keeps makes the same run: every option that was given stands in it. */
class FaceOptionsTest {
  private static FaceSettings over(FaceSettings preset, List<String> words) {
    var options = new FaceOptions();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words.toArray(String[]::new));
    return options.over(preset);
  }

  @Test
  void argumentsMakeTheSameSettings() {
    var preset = FacePresets.named("ablation");
    assertEquals(List.of("train", "face", "--preset", "ablation"), FaceOptions.arguments(preset));
    for (var given : List.of(List.of("--data", "lfw:faces.zip", "--model", "ir-small", "--scale", "30", "--augment", "strong"),
        List.of("--sample", "20", "--clip-norm", "0", "--epochs", "3", "--batch", "17", "--seed", "-5"),
        List.of("--optimizer", "adamw", "--learning-rate", "0.03", "--weight-decay", "0.007", "--average", "0.9", "--accumulate", "2"))) {
      var settings = over(preset, given).withHead("arcface", 9);
      var words = FaceOptions.arguments(settings);
      assertEquals(settings, over(preset, words.subList(4, words.size())), words.toString());
    }
    var margin = over(preset, List.of("--head", "cosface", "--margin", "0.2"));
    var words = FaceOptions.arguments(margin);
    assertEquals(margin, over(preset, words.subList(4, words.size())), words.toString());
  }
}
