package dev.mien.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.training.report.FaceReportData.Epoch;
import dev.mien.training.report.FaceReportData.Part;
import dev.mien.training.report.FaceReportData.Pictures;
import dev.mien.training.report.FaceReportData.Spread;
import dev.mien.training.report.FaceReportData.Training;
import dev.mien.training.report.FaceReportData.Wrong;
import dev.mien.training.verification.PairScores;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import org.junit.jupiter.api.Test;

class FaceReportTest {
  private static final FaceReportData SAMPLE = SampleFaceReport.data(12, "test, clean", "test, <degraded>");
  private static final String PAGE = FaceReport.html(SAMPLE, SampleFaceReport::picture);
  private static final Remarks NO_REMARKS = new Remarks(List.of(), List.of());

  /** Counts elements, and fails where the page is not well-formed. */
  private static int elements(String page) throws Exception {
    String xml = page.replace("<!DOCTYPE html>", "").replaceAll("<meta[^>]*>", "").replaceAll("<img([^>]*)>", "<img$1/>").replace("<br>", "<br/>")
        .replace("<wbr>", "<wbr/>");
    var reader = XMLInputFactory.newFactory().createXMLStreamReader(new StringReader(xml));
    int elements = 0;
    while (reader.hasNext()) {
      elements += reader.next() == XMLStreamConstants.START_ELEMENT ? 1 : 0;
    }
    return elements;
  }

  private static void assertSound(String page) throws Exception {
    assertTrue(elements(page) > 20);
    assertFalse(Pattern.compile("[\"LM >(](NaN|-?Infinity|null)").matcher(page).find(), "a figure that is none");
  }

  @Test
  void everyChartIsThere() throws Exception {
    assertSound(PAGE);
    for (var title : List.of("Loss", "Validation accuracy", "AdaFace&#39;s q by epoch", "Learning rate", "Figures", "ROC", "Scores of test, clean",
        "Scores of test, &lt;degraded&gt;", "False rejections", "False acceptances", "AdaFace&#39;s q in training",
        "AdaFace&#39;s q of the scored pictures", "Norms of the features", "Norm against sharpness", "Norm against size", "What was found in the data",
        "What this run does not show", "Configuration", "Repeat")) {
      assertTrue(PAGE.contains(">" + title + "<"), title);
    }
    assertEquals(12, count(PAGE, "<svg class=\"chart\""));
    assertTrue(PAGE.contains("<b>Spearman +0.8"), "coefficients");
    var all = SAMPLE.test().all();
    assertTrue(PAGE.contains(String.format("threshold %.3f", SAMPLE.test().sets().getFirst().verification().cosineThreshold())), "the drawn threshold");
    for (var figure : List.of(Html.percent(all.roc().equalErrorRate()), Html.number(all.roc().area(), 4), Html.percent(all.roc().tarAtFar().get("1e-2")),
        Html.number(100 * all.verification().accuracy(), 2) + " ± " + Html.number(100 * all.verification().accuracyStd(), 2) + " %")) {
      assertTrue(PAGE.contains(figure), figure);
    }
  }

  private static int count(String page, String part) {
    return page.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void itNeedsNothingElse() {
    assertFalse(PAGE.contains("http"), "an address");
    assertFalse(PAGE.contains("<script"), "a script");
    assertFalse(PAGE.contains("<link") || PAGE.contains("@import") || PAGE.contains("url("), "another file");
    assertEquals(6, count(PAGE, "src=\"data:image/png;base64,"));
    assertEquals(6, count(PAGE, "src="));
  }

  @Test
  void namesFromTheDataCannotBreakThePage() {
    assertTrue(PAGE.contains("title=\"people/O&#39;Hara &amp; &lt;Sons&gt;/&quot;quoted&quot;_0001.jpg\""));
    assertTrue(PAGE.contains("a_&lt;script&gt;.jpg"));
    assertTrue(PAGE.contains("lfw:My Faces &amp; &lt;others&gt;"));
    assertEquals("Ann_<wbr>Lee_<wbr>0001.jpg", FacePairs.shortened("lfw/images/Ann_Lee/Ann_Lee_0001.jpg"));
    assertEquals("00021/<wbr>02-<wbr>degraded", FacePairs.shortened("synthetic/00021/02-degraded"));
    assertEquals("7", FacePairs.shortened("7"));
    assertEquals("a/<wbr>", FacePairs.shortened("a/"));
  }

  @Test
  void aPictureThatIsNotThereIsSaidSo() throws Exception {
    String page = FaceReport.html(SAMPLE, _ -> null);
    assertSound(page);
    assertEquals(6, count(page, ">no picture<"));
  }

  @Test
  void aSetWithoutAWrongPairIsFine() throws Exception {
    double[] distance = new double[40];
    boolean[] same = new boolean[40];
    Arrays.setAll(distance, i -> i % 2 == 0 ? 0.2 : 2.1);
    for (int i = 0; i < same.length; i += 2) {
      same[i] = true;
    }
    var part = Part.of("easy", 0, new PairScores(distance, same, PairScores.contiguousFolds(same.length, 4)));
    var equal = new Pictures("easy", new double[] {3, 3, 3}, new double[] {5, Double.NaN, 7}, new double[] {112, 112, 112});
    var test = new FaceReportData.Test(part, List.of(part), List.of(equal), new double[3], new Wrong(List.of(), List.of()));
    String page = FaceReport.html(new FaceReportData(SampleFaceReport.run(), null, test, NO_REMARKS), _ -> null);
    assertSound(page);
    assertTrue(page.contains("No pair of one person was refused") && page.contains("No pair of two people was accepted"));
    assertTrue(page.contains("100.00 ± 0.00 %"));
    assertFalse(page.contains(">Training<"), "nothing was trained");
    assertTrue(page.contains("All pictures are of one size (112)"));
    assertTrue(page.contains("The norm does not vary"), "sharpness varies, the norm does not");
    assertFalse(page.contains("<img"));
  }

  @Test
  void noPairsAndNoValidationAreFine() throws Exception {
    var epochs = List.of(new Epoch(1, 9.5, Double.NaN, new Spread(7, 1), 0.1));
    var training = new Training(epochs, false, null);
    String page = FaceReport.html(new FaceReportData(SampleFaceReport.run(), training, null, NO_REMARKS), _ -> null);
    assertSound(page);
    assertTrue(page.contains("nothing was scored"));
    assertTrue(page.contains(">Norm by epoch<"), "other heads tell the norm");
    assertFalse(page.contains("Validation accuracy"));
    assertFalse(page.contains("Norm and quality"));
    assertEquals(3, count(page, "<svg class=\"chart\""));
  }

  @Test
  void manySetsStandInTheTableAndSixInTheCurve() throws Exception {
    String page = FaceReport.html(SampleFaceReport.data(0, "a", "b", "c", "d", "e", "f", "g"), SampleFaceReport::picture);
    assertSound(page);
    assertTrue(page.contains("The first 6 sets are drawn"));
    assertTrue(page.contains("<td>g</td>"));
    assertTrue(page.contains("All sets together."));
  }

  @Test
  void theBestEpochIsTheFirstOfTheHighest() {
    var measure = new TrainingCharts.Measure("t", "u", true, v -> Html.number(v, 0));
    String chart = TrainingCharts.validation(List.of(new double[] {1, 70}, new double[] {2, 80}, new double[] {3, 80}), measure);
    assertTrue(chart.contains("best: epoch 2, 80"), chart);
  }

  @Test
  void logarithmicAxesEndWhereTheyAreTold() {
    var axis = Axis.logarithmic(0.004, 1);
    assertEquals(List.of("5e-3", "1e-2", "2e-2", "5e-2", "1e-1", "2e-1", "5e-1", "1"), axis.ticks().stream().map(axis::label).toList());
    assertEquals(0, axis.at(0.004), 1e-12);
    assertEquals(List.of("1e-3", "1e-2", "1e-1", "1"), Axis.logarithmic(1 / 3000.0, 1).ticks().stream().map(axis::label).toList());
    assertEquals("200", Axis.logarithmic(30, 4000).label(200));
  }
}
