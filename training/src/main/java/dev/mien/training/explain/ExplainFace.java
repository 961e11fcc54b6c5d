package dev.mien.training.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.Device;
import dev.mien.models.agegender.AgeGenderExplainer;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.synthetic.SyntheticFaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien explain}: where a network of age and gender looked. */
@Command(name = "explain", description = "Show where a network of age and gender looked: its attention masks and Grad-CAM over the face; with --cues, how "
    + "well its maps fall on the hair, eyes, lines ... of drawn faces.",
    footer = {"", "Examples:", "  ./mien explain face.jpg --weights runs/age-gender-20261127-101500-2026 --out overlay.png",
        "  ./mien explain --cues 200 --weights runs/age-gender-20261127-101500-2026 --json"})
public final class ExplainFace extends MienCommand {
  @Parameters(paramLabel = "IMAGE", arity = "0..1", description = "Picture of a face, cut out like those that the model learned from.")
  private Path image;

  @Option(names = {"--weights", "--run"}, required = true, split = ",", paramLabel = "RUN|FILE",
      description = "Run folder, or a model.safetensors file; several answer as one, and each shows where it looked.")
  private List<Path> weights;

  @Option(names = "--out", paramLabel = "FILE", description = "The picture to write, a PNG: the face, and each map over it.")
  private Path out;

  @Option(names = "--opacity", paramLabel = "SHARE", defaultValue = "0.55", description = "Of the maps over the face, 0 to 1.")
  private double opacity;

  @Option(names = "--panel", paramLabel = "PX", defaultValue = "224", description = "Side of each panel.")
  private int panelPx;

  @Option(names = "--cues", paramLabel = "N", defaultValue = "0", description = "Measure the maps of so many drawn faces against their cues.")
  private int cues;

  @Option(names = "--seed", paramLabel = "SEED", defaultValue = "2026", description = "Of the drawn faces.")
  private long seed;

  /**
   * What {@code --json} prints.
   *
   * @param model fingerprint of contracts and weights
   * @param face what was told of the picture; null without one
   * @param cues how well the maps fall on cues; null without {@code --cues}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Explained(String model, Told face, List<CueStudy.Row> cues) {}

  /**
   * A picture's estimate.
   *
   * @param panels what the panels of the picture show, in their order: left to right, then down
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Told(String file, String out, Double pFemale, Double ageYears, Double low80, Double high80, String group, List<String> panels) {}

  @Override
  protected Object execute(Console console) {
    check();
    var picture = image == null ? null : RgbImage.read(image);
    try (var device = Device.open(deviceName(), threads()); var predictor = AgeGenderPredictor.load(weights, device)) {
      var explainer = new AgeGenderExplainer(predictor.ensemble(), device);
      var told = picture == null ? null : explain(predictor, explainer, picture, console);
      var rows = cues == 0 ? null : study(predictor, explainer, console);
      return new Explained(predictor.fingerprint(), told, rows);
    }
  }

  private void check() {
    if (image == null && cues == 0) {
      reject("give a picture, or --cues N for drawn faces");
    }
    if ((image == null) != (out == null)) {
      reject(image == null ? "--out needs a picture" : "a picture needs --out FILE");
    }
    if (out != null && !out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      reject("--out is a PNG, got " + out);
    }
    if (!(opacity >= 0 && opacity <= 1) || panelPx < 16 || panelPx > 2048 || cues < 0) {
      reject("--opacity is 0 to 1, --panel 16 to 2048 and --cues 0 or more, got " + opacity + ", " + panelPx + " and " + cues);
    }
  }

  private Told explain(AgeGenderPredictor predictor, AgeGenderExplainer explainer, RgbImage picture, Console console) {
    var estimate = predictor.predict(picture);
    var views = explainer.explain(picture);
    byte[] png = OverlaySheet.png(OverlaySheet.of(picture, views, panelPx, opacity));
    DurableFiles.write(out, stream -> stream.write(png));
    var interval = estimate.age() == null ? null : estimate.age().central(0.8);
    String group = estimate.group() < 0 ? null : estimate.groups().label(estimate.group());
    if (interval != null) {
      console.printf("%.1f years (80 %%: %.0f-%.0f), group %s", estimate.ageYears(), interval.low(), interval.high(), group);
    }
    if (estimate.gender() >= 0) {
      console.printf("P(female) %.3f", estimate.pFemale());
    }
    var panels = new ArrayList<>(List.of("the face"));
    views.forEach(v -> panels.add(v.name() + (v.map().isEven() ? " (even: it looked nowhere)" : "")));
    for (int i = 0; i < panels.size(); i++) {
      console.print("panel " + (i + 1) + ": " + panels.get(i));
    }
    console.print("written: " + out);
    return new Told(image.toString(), out.toString(), finite(estimate.pFemale()), finite(estimate.ageYears()), interval == null ? null : interval.low(),
        interval == null ? null : interval.high(), group, panels);
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }

  private List<CueStudy.Row> study(AgeGenderPredictor predictor, AgeGenderExplainer explainer, Console console) {
    var contract = predictor.model().contract();
    if (contract.inputWidth() != contract.inputHeight() || contract.inputWidth() < SyntheticFaces.LEAST_SIDE) {
      reject("--cues needs a model of square pictures of " + SyntheticFaces.LEAST_SIDE + " px or more, this one reads " + contract.inputWidth() + " x "
          + contract.inputHeight());
    }
    var rows = CueStudy.of(explainer, new SyntheticFaces(seed, cues), cues, contract.inputWidth());
    String column = "%-" + rows.stream().mapToInt(r -> r.map().length()).max().orElse("map".length()) + "s ";
    console.printf(column + "%-8s %6s %8s %8s %9s %9s", "map", "cue", "faces", "area", "on cue", "IoU top", "by chance");
    for (var r : rows) {
      console.printf(column + "%-8s %6d %7.1f%% %7.1f%% %9.3f %9.3f", r.map(), r.cue(), r.faces(), 100 * r.area(), 100 * r.mass(), r.topIou(),
          r.chanceIou());
    }
    return rows;
  }

  /** Shows where the networks looked, and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ExplainFace(), arguments));
  }
}
