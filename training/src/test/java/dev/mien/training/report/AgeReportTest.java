package dev.mien.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.metrics.AgePrediction;
import dev.mien.training.report.AgeReportData.Epoch;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AgeReportTest {
  private static final AgeReportData SAMPLE = SampleReport.data(400, 12);
  private static final String PAGE = AgeReport.html(SAMPLE, SampleReport::face);

  @Test
  void everySectionIsThere() {
    for (var title : List.of("Loss", "Validation MAE", "Average K", "Learning rate", "Predicted against true age", "Error by age",
        "Error by gender", "Cumulative score", "Promised and kept", "Where the true age falls", "Best predictions",
        "Worst predictions",
        "What was found in the data", "What this run does not show", "Configuration", "Repeat", "training median",
        "irreducible")) {
      assertTrue(PAGE.contains(">" + title + "<"), title);
    }
    assertTrue(PAGE.contains(
        "<pre>./mien train age --data &#39;utkface:My Faces/faces.zip&#39; --preset small --seed 2026</pre>"));
    assertTrue(PAGE.contains(String.format("%.2f <small>years</small>", SAMPLE.test().mae())));
  }

  @Test
  void itNeedsNothingElse() {
    assertFalse(PAGE.contains("http"), "an address");
    assertFalse(PAGE.contains("<script"), "a script");
    assertFalse(PAGE.contains("<link") || PAGE.contains("@import") || PAGE.contains("url("), "another file");
    var sources = Pattern.compile("src=\"([^\"]{0,22})").matcher(PAGE);
    while (sources.find()) {
      assertTrue(sources.group(1).startsWith("data:image/"), sources.group(1));
    }
  }

  @Test
  void namesFromTheDataCannotBreakThePage() {
    assertTrue(PAGE.contains("24_0_1_&lt;script&gt;.jpg"));
  }

  @Test
  void itIsWellFormed() throws Exception {
    String xml = PAGE.replace("<!DOCTYPE html>", "").replaceAll("<meta[^>]*>", "").replaceAll("<img([^>]*)>", "<img$1/>")
        .replace("<br>", "<br/>");
    var factory = javax.xml.stream.XMLInputFactory.newFactory();
    var reader = factory.createXMLStreamReader(new StringReader(xml));
    int elements = 0;
    while (reader.hasNext()) {
      elements += reader.next() == javax.xml.stream.XMLStreamConstants.START_ELEMENT ? 1 : 0;
    }
    assertTrue(elements > 500, "elements: " + elements);
  }

  @Test
  void noFigureIsNotANumber() {
    assertFalse(Pattern.compile("[\"LM ](NaN|-?Infinity)").matcher(PAGE).find());
  }

  @Test
  void onlyShownPicturesAreAskedFor() {
    var asked = new AtomicInteger();
    String page = AgeReport.html(SAMPLE, _ -> {
      asked.incrementAndGet();
      return null;
    });
    assertEquals(2 * AgeReport.EXAMPLES, asked.get());
    assertTrue(page.contains("no picture"));
  }

  @Test
  void bestAndWorstAreInOrder() {
    var p = List.of(SampleReport.prediction("far", 10, 60, 3), SampleReport.prediction("near", 30, 30, 3),
        SampleReport.prediction("off", 30, 41, 3));
    assertEquals(List.of("near", "off", "far"), AgeReport.best(p).stream().map(AgePrediction::id).toList());
    assertEquals(List.of("far", "off", "near"), AgeReport.worst(p).stream().map(AgePrediction::id).toList());
  }

  @Test
  void aMereEvaluationAndAnUnfinishedRunAreShownToo() {
    var run = new ReportRun("e", "s", "c", new ReportRun.Time(3, Double.NaN), Map.of());
    var one = List.of(new AgePrediction("a", 30, Double.NaN, -1, 31, null));
    var test = AgeMetrics.of(one, 28);
    var remarks = new Remarks(List.of(), List.of());
    var epochs = new ArrayList<Epoch>();
    for (int n = 0; n < 3; n++) {
      String page = AgeReport.html(new AgeReportData(run, epochs, test, List.of(), one, remarks), SampleReport::face);
      assertFalse(Pattern.compile("[\"LM ](NaN|-?Infinity)").matcher(page).find(), "epochs: " + n);
      assertEquals(n == 0, page.contains("it has no epochs"));
      assertTrue(page.contains("This model gives no distributions"));
      assertTrue(page.contains("Nothing was skipped"));
      epochs.add(new Epoch(n + 1, 3, Double.NaN, Double.NaN, 0, Double.NaN));
    }
  }

  @Test
  void positionsAgreeWithTheIntervals() {
    float[] coin = new float[11];
    coin[4] = 0.5f;
    coin[6] = 0.5f;
    double[] ages = {4, 4.5, 6, 5, 0, 6.25};
    double[] expected = {0.25, 0.5, 0.75, 0.5, 0, 0.875};
    for (int i = 0; i < ages.length; i++) {
      assertEquals(expected[i], AgeCharts.position(new AgePrediction("p", ages[i], Double.NaN, -1, 5, coin)), 1e-12);
    }
    for (double share : new double[] {0.1, 0.5, 0.8}) {
      assertEquals((1 - share) / 2, AgeCharts.position(new AgePrediction("p",
          new dev.mien.models.age.AgeDistribution(coin).central(share).low(), Double.NaN, -1, 5, coin)), 1e-9);
    }
  }

  @Test
  void axesHaveRoundTicks() {
    assertEquals(List.of(0.0, 20.0, 40.0, 60.0, 80.0, 100.0), Axis.covering(0, 96, 5).ticks());
    assertEquals("0.25", Axis.covering(0.2, 0.31).label(0.25).substring(0, 4));
    assertEquals(0.5, Axis.powersOfTen(1e-4, 1e-2).at(1e-3), 1e-12);
    assertEquals("1e-3", Axis.powersOfTen(1e-4, 1e-2).label(1e-3));
  }
}
