package dev.mien.training.age;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgeDistribution;
import dev.mien.models.age.AgePredictor;
import dev.mien.models.agegender.AgeGenderEstimate;
import dev.mien.models.agegender.AgeGenderModel;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mien predict}: tells the age of faces in pictures, and the gender where the model knows it. */
@Command(name = "predict", description = "Tell the age of the face in each picture, with its 80 %% interval and distribution, and the gender where the model "
        + "tells it.",
    footer = {"", "Example:", "  ./mien predict face.jpg --run runs/age-20261122-101500-2026"})
public final class PredictAge extends MienCommand {
  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Pictures of faces, cropped like those the model learned from.")
  private List<Path> images;

  @Option(names = {"--run", "--weights"}, required = true, split = ",", paramLabel = "RUN|FILE",
      description = "Run folder, or a model.safetensors file, of age or of age and gender; several of the latter answer as one.")
  private List<Path> runs;

  private int failures;

  /** One picture's answer, as far as the model tells it; an error takes the place of the figures. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Prediction(String file, Double ageYears, Double low80, Double high80, String ageGroup, String gender, Double pFemale, String error) {
    static Prediction failed(String file, String error) {
      return new Prediction(file, null, null, null, null, null, null, error);
    }
  }

  /** What {@code --json} prints. */
  public record Predictions(List<Prediction> predictions) {}

  /** What a model tells of a picture; null for what it does not tell. */
  private record Told(AgeDistribution age, String group, Double pFemale) {}

  @Override
  protected Object execute(Console console) {
    boolean both = runs.size() > 1 || AgeGenderModel.isAt(runs.getFirst());
    try (var device = Device.open(deviceName(), threads()); var ages = both ? null : AgePredictor.load(runs.getFirst(), device);
        var agesAndGenders = both ? AgeGenderPredictor.load(runs, device) : null) {
      Function<RgbImage, Told> model = both ? face -> told(agesAndGenders.predict(face)) : face -> new Told(ages.predict(face), null, null);
      var found = new ArrayList<Prediction>();
      for (var image : images) {
        found.add(predict(model, image, console));
      }
      if (failures > 0) {
        console.note(failures + " of " + images.size() + " pictures could not be read");
      }
      return new Predictions(found);
    }
  }

  private static Told told(AgeGenderEstimate e) {
    return new Told(e.age(), e.group() < 0 ? null : e.groups().label(e.group()), e.gender() < 0 ? null : (Double) e.pFemale());
  }

  private Prediction predict(Function<RgbImage, Told> model, Path image, Console console) {
    try {
      var told = model.apply(RgbImage.read(image));
      var interval = told.age == null ? null : told.age.central(0.8);
      String gender = told.pFemale == null ? null : told.pFemale > 0.5 ? "female" : "male";
      console.print(image + (interval == null ? "" : String.format(Locale.ROOT, "  %.1f years (80 %%: %.0f-%.0f)%s", told.age.ageYears(), interval.low(),
          interval.high(), told.group == null ? "" : ", group " + told.group)) + (gender == null ? "" : String.format(Locale.ROOT, "  %s (%.1f %%)", gender,
          100 * Math.max(told.pFemale, 1 - told.pFemale))));
      if (interval != null) {
        console.print(AgeReports.terminalChart(told.age, console));
      }
      return new Prediction(image.toString(), interval == null ? null : told.age.ageYears(), interval == null ? null : interval.low(),
          interval == null ? null : interval.high(), told.group, gender, told.pFemale, null);
    } catch (MienException e) {
      failures++;
      console.note("mien: " + e.getMessage());
      return Prediction.failed(image.toString(), e.getMessage());
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
