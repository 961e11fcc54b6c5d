package dev.mien.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.training.report.AgeReportData.Epoch;
import dev.mien.training.report.AgeReportData.Floor;
import dev.mien.training.report.AgeReportData.Group;
import dev.mien.training.report.AgeReportData.Prediction;
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
        "Error by gender", "Cumulative score", "Promised and kept", "Where the true age falls", "Best predictions", "Worst predictions",
        "What was found in the data", "What this run does not show", "Configuration", "Repeat", "training median", "irreducible")) {
      assertTrue(PAGE.contains(">" + title + "<"), title);
    }
    assertTrue(PAGE.contains("<pre>./mien train age --data &#39;utkface:My Faces/faces.zip&#39; --preset small --seed 2026</pre>"));
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
    assertEquals(List.of("near", "off", "far"), AgeReport.best(p).stream().map(Prediction::id).toList());
    assertEquals(List.of("far", "off", "near"), AgeReport.worst(p).stream().map(Prediction::id).toList());
  }

  @Test
  void aMereEvaluationAndAnUnfinishedRunAreShownToo() {
    var run = new AgeReportData.Run("e", "s", "c", 3, Double.NaN, Map.of());
    var one = SampleReport.prediction("a", 30, 31, 2);
    var test = new AgeReportData.Test(1, 1, 1, new double[11], 1, 0.12, List.of(new Floor("training median", 20, false)),
        List.of(new Group("0–9", 0, Double.NaN, Double.NaN), new Group("30–39", 1, 1, 1)), List.of());
    var epochs = new ArrayList<Epoch>();
    for (int n = 0; n < 3; n++) {
      String page = AgeReport.html(new AgeReportData(run, epochs, test, List.of(one), List.of(), List.of()), SampleReport::face);
      assertFalse(Pattern.compile("[\"LM ](NaN|-?Infinity)").matcher(page).find(), "epochs: " + n);
      assertEquals(n == 0, page.contains("it has no epochs"));
      epochs.add(new Epoch(n + 1, 3, Double.NaN, Double.NaN, 0, Double.NaN));
    }
  }

  @Test
  void coverageCountsCentralIntervals() {
    float[] coin = new float[11];
    coin[4] = 0.5f;
    coin[6] = 0.5f;
    var list = new ArrayList<Prediction>();
    for (int age : new int[] {4, 6, 5, 0}) {
      list.add(new Prediction("p" + age, age, 5, 4, 6, coin));
    }
    assertEquals(0.25, Calibration.position(list.get(0)));
    assertEquals(0.75, Calibration.position(list.get(1)));
    assertEquals(0.5, Calibration.position(list.get(2)));
    assertEquals(0, Calibration.position(list.get(3)));
    org.junit.jupiter.api.Assertions.assertArrayEquals(new double[] {0.25, 0.75, 1},
        Calibration.coverage(list, new double[] {0.4, 0.6, 1}));
  }

  @Test
  void axesHaveRoundTicks() {
    assertEquals(List.of(0.0, 20.0, 40.0, 60.0, 80.0, 100.0), Axis.covering(0, 96, 5).ticks());
    assertEquals("0.25", Axis.covering(0.2, 0.31).label(0.25).substring(0, 4));
    assertEquals(0.5, Axis.powersOfTen(1e-4, 1e-2).at(1e-3), 1e-12);
    assertEquals("1e-3", Axis.powersOfTen(1e-4, 1e-2).label(1e-3));
  }
}
