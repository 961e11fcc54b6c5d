package dev.mien.training.cli;

import dev.mien.training.age.EvalAge;
import dev.mien.training.age.PredictAge;
import dev.mien.training.age.ReproduceAmrFgNet;
import dev.mien.training.age.ReproduceAmrTable1;
import dev.mien.training.age.TrainAge;
import dev.mien.training.agegender.EvalAgeGender;
import dev.mien.training.agegender.ReproduceAgeGenderQuestions;
import dev.mien.training.agegender.TrainAgeGender;
import dev.mien.training.face.AlignFaces;
import dev.mien.training.explain.ExplainFace;
import dev.mien.training.face.EvalFace;
import dev.mien.training.face.PackFaces;
import dev.mien.training.face.ReproduceFaceHeads;
import dev.mien.training.face.RateFaces;
import dev.mien.training.face.TrainFace;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.MienCommand;
import dev.mien.training.recognition.CompareFaces;
import dev.mien.training.recognition.EmbedFaces;
import dev.mien.training.recognition.GalleryAdd;
import dev.mien.training.recognition.GalleryRemove;
import dev.mien.training.recognition.GalleryShow;
import dev.mien.training.recognition.SearchFaces;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The entrance of {@code ./mien}: finds the command and runs it. */
public final class Main {
  /** Every command, by its words. A new one is a line here. */
  private static final List<Entry> COMMANDS = List.of(
      new Entry("train age", TrainAge::new),
      new Entry("train face", TrainFace::new),
      new Entry("train age-gender", TrainAgeGender::new),
      new Entry("eval age", EvalAge::new),
      new Entry("eval face", EvalFace::new),
      new Entry("eval age-gender", EvalAgeGender::new),
      new Entry("predict", PredictAge::new),
      new Entry("explain", ExplainFace::new),
      new Entry("embed", EmbedFaces::new),
      new Entry("compare", CompareFaces::new),
      new Entry("search", SearchFaces::new),
      new Entry("gallery add", GalleryAdd::new),
      new Entry("gallery remove", GalleryRemove::new),
      new Entry("gallery show", GalleryShow::new),
      new Entry("align", AlignFaces::new),
      new Entry("quality", RateFaces::new),
      new Entry("reproduce amr-table1", ReproduceAmrTable1::new),
      new Entry("reproduce amr-fgnet", ReproduceAmrFgNet::new),
      new Entry("reproduce face-heads", ReproduceFaceHeads::new),
      new Entry("reproduce age-gender-questions", ReproduceAgeGenderQuestions::new),
      new Entry("pack", PackFaces::new),
      new Entry("doctor", DoctorCommand::new),
      new Entry("tune", TuneCommand::new));

  /** What the first word of a two-word command means. */
  private static final Map<String, String> GROUPS = Map.of(
      "train", "Train a model.",
      "eval", "Measure a trained model on data.",
      "gallery", "Keep the faces that are searched.",
      "reproduce", "Repeat a table of a paper.");

  private Main() {}

  private record Entry(String words, Supplier<MienCommand> command) {}

  /** Runs the command named by the arguments and ends the process with its exit code. */
  public static void main(String[] arguments) {
    StandardError.restore();
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return CommandRunner.run(commandLine(), arguments);
  }

  static CommandLine commandLine() {
    var root = new CommandLine(new RootCommand());
    for (var entry : COMMANDS) {
      String[] words = entry.words.split(" ");
      var parent = root;
      for (int i = 0; i < words.length - 1; i++) {
        parent = group(parent, words[i]);
      }
      parent.addSubcommand(words[words.length - 1], entry.command.get());
    }
    return root;
  }

  private static CommandLine group(CommandLine parent, String word) {
    var known = parent.getSubcommands().get(word);
    if (known != null) {
      return known;
    }
    var spec = CommandSpec.forAnnotatedObject(new GroupCommand());
    spec.name(word).usageMessage().description(GROUPS.get(word));
    parent.addSubcommand(word, spec);
    return parent.getSubcommands().get(word);
  }
}
