package dev.mien.training.age;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgePredictor;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien predict}: tells the age of faces in pictures. */
@Command(name = "predict", description = "Tell the age of the face in each picture, with its 80 %% interval and distribution.",
    footer = {"", "Example:", "  ./mien predict face.jpg --run runs/age-20261122-101500-2026"})
public final class PredictAge extends MienCommand {
  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Pictures of faces, cropped like those the model learned from.")
  private List<Path> images;

  @Option(names = "--run", required = true, paramLabel = "RUN", description = "Run folder, or a model.safetensors file.")
  private Path run;

  private int failures;

  /** One picture's answer; an error takes the place of the figures. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Prediction(String file, Double ageYears, Double low80, Double high80, String error) {}

  /** What {@code --json} prints. */
  public record Predictions(List<Prediction> predictions) {}

  @Override
  protected Object execute(Console console) {
    try (var device = Device.open(deviceName(), threads()); var predictor = AgePredictor.load(run, device)) {
      var found = new ArrayList<Prediction>();
      for (var image : images) {
        found.add(predict(predictor, image, console));
      }
      if (failures > 0) {
        console.note(failures + " of " + images.size() + " pictures could not be read");
      }
      return new Predictions(found);
    }
  }

  private Prediction predict(AgePredictor predictor, Path image, Console console) {
    try {
      var estimate = predictor.predict(RgbImage.read(image));
      var interval = estimate.central(0.8);
      console.printf("%s  %.1f years (80 %%: %.0f-%.0f)", image, estimate.ageYears(), interval.low(), interval.high());
      console.print(AgeReports.terminalChart(estimate, console));
      return new Prediction(image.toString(), estimate.ageYears(), interval.low(), interval.high(), null);
    } catch (MienException e) {
      failures++;
      console.note("mien: " + e.getMessage());
      return new Prediction(image.toString(), null, null, null, e.getMessage());
    }
  }

  /** Nothing could be read: the command failed for a reason that the user can mend. */
  @Override
  protected int exitCode() {
    return failures == images.size() ? CommandRunner.USAGE : CommandRunner.OK;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new PredictAge(), arguments));
  }
}
