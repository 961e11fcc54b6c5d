package dev.mien.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.models.agegender.AgeGenderEstimate;
import dev.mien.models.agegender.AgeGroups;
import dev.mien.training.metrics.AgeGenderMetrics;
import dev.mien.training.metrics.AgeGenderMetrics.Baseline;
import dev.mien.training.metrics.AgeGenderPrediction;
import dev.mien.training.report.AgeGenderReportData.Epoch;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import org.junit.jupiter.api.Test;

class AgeGenderReportTest {
  private static final AgeGenderReportData SAMPLE = SampleAgeGenderReport.data(12, AgeGroups.decade());
  private static final String PAGE = AgeGenderReport.html(SAMPLE, SampleAgeGenderReport::panels);

  private static void assertSound(String page) throws Exception {
    String xml = page.replace("<!DOCTYPE html>", "").replaceAll("<meta[^>]*>", "").replaceAll("<img([^>]*)>", "<img$1/>").replace("<br>", "<br/>")
        .replace("<wbr>", "<wbr/>");
    var reader = XMLInputFactory.newFactory().createXMLStreamReader(new StringReader(xml));
    int elements = 0;
    while (reader.hasNext()) {
      elements += reader.next() == XMLStreamConstants.START_ELEMENT ? 1 : 0;
    }
    assertTrue(elements > 20);
    assertFalse(Pattern.compile("[\"LM >(](NaN|-?Infinity|null)").matcher(page).find(), "a figure that is none");
  }

  private static int count(String page, String part) {
    return page.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void everyPartIsThere() throws Exception {
    assertSound(PAGE);
    for (var title : List.of("Loss", "Validation gender accuracy", "Validation age-group accuracy", "Validation MAE", "Learning rate",
        "Told against true gender", "P(female)", "Gender accuracy by gender", "Gender accuracy by race", "Gender accuracy by age", "Calibration of the gender",
        "Told against true age group", "Predicted against true age", "Age-group accuracy by race", "Mean absolute error by age",
        "Calibration of the age group", "Parts of the test split", "Where it looks", "Best faces", "Worst faces", "Most uncertain faces", "Configuration",
        "What this run does not show", "Repeat")) {
      assertTrue(PAGE.contains(">" + title + "<"), title);
    }
    var m = SAMPLE.test().metrics();
    for (var figure : List.of(Html.percent(m.gender().accuracy()), Html.percent(m.group().accuracy()), Html.number(m.group().aabd(), 3),
        Html.percent(m.gender().calibration().ece()), Html.number(m.years().mae(), 2), Html.percent(m.gender().majorityShare()))) {
      assertTrue(PAGE.contains(figure), figure);
    }
    assertEquals(3 * AgeGenderReport.EXAMPLES * 6, count(PAGE, "src=\"data:image/png;base64,"), "each face and five maps over it");
  }

  @Test
  void itNeedsNothingElseAndNamesCannotBreakIt() {
    assertFalse(PAGE.contains("http") || PAGE.contains("<script") || PAGE.contains("<link") || PAGE.contains("@import") || PAGE.contains("url("));
    assertTrue(PAGE.contains("utkface:My Faces &amp; &lt;others&gt;") && PAGE.contains("a_&lt;script&gt;.jpg"));
  }

  @Test
  void anEvaluationHasNoEpochsAndOneTaskNoOther() throws Exception {
    assertSound(AgeGenderReport.html(SampleAgeGenderReport.data(0, AgeGroups.coarse()), _ -> List.of()));
    var alone = List.of(new AgeGenderPrediction(SampleAgeGenderReport.NASTY, Double.NaN, 1, "", new AgeGenderEstimate(0.2, null, null, null)));
    var metrics = AgeGenderMetrics.of(alone, new Baseline(Double.NaN, Double.NaN));
    var page = AgeGenderReport.html(new AgeGenderReportData(SAMPLE.run(), List.of(), new AgeGenderReportData.Test(metrics, alone, List.of()), List.of(),
        SAMPLE.remarks()), _ -> List.of());
    assertSound(page);
    assertFalse(page.contains("<h2>Age</h2>") || page.contains("Where it looks"));
    assertTrue(page.contains("no picture"));
    var group = List.of(new AgeGenderPrediction("a", 30, -1, "", new AgeGenderEstimate(Double.NaN, AgeGroups.coarse(), new float[] {0, 0, 1, 0, 0, 0},
        SampleAgeGenderReport.predictions(AgeGroups.coarse(), 1, 1).getFirst().estimate().age())));
    assertSound(AgeGenderReport.html(new AgeGenderReportData(SAMPLE.run(), List.of(new Epoch(1, 2, Double.NaN, SAMPLE.epochs().getFirst().validation())),
        new AgeGenderReportData.Test(AgeGenderMetrics.of(group, new Baseline(Double.NaN, Double.NaN)), group, List.of()), List.of(), SAMPLE.remarks()),
        _ -> List.of()));
  }

  @Test
  void theKeptEpochIsMarkedInEveryChart() {
    var epochs = List.of(new Epoch(1, 3, 1e-3, new AgeGenderReportData.Validation(3.5, 0.9, 0.4, 6)),
        new Epoch(2, 2, 1e-3, new AgeGenderReportData.Validation(2.5, 0.8, 0.5, 5)), new Epoch(3, 1, 1e-3, new AgeGenderReportData.Validation(2.6, 0.7, 0.6, 4)));
    var page = AgeGenderReport.html(new AgeGenderReportData(SAMPLE.run(), epochs, SAMPLE.test(), SAMPLE.cues(), SAMPLE.remarks()), SampleAgeGenderReport::panels);
    for (var words : List.of("kept: epoch 2, 2.50", "kept: epoch 2, 80.0 %", "kept: epoch 2, 50.0 %", "kept: epoch 2, 5.00")) {
      assertTrue(page.contains(words), words);
    }
  }

  @Test
  void epochsAreReadFromTheirColumns() {
    var epoch = Epoch.of(Map.of("epoch", 3.0, "train/loss", 1.5, "validation/mae", 6.1));
    assertEquals(3, epoch.epoch());
    assertEquals(6.1, epoch.validation().mae(), 0);
    assertTrue(Double.isNaN(epoch.learningRate()));
  }
}
