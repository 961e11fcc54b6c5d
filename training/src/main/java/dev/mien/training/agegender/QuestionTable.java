package dev.mien.training.agegender;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.training.agegender.ReproduceAgeGenderQuestions.Row;
import dev.mien.training.agegender.ReproduceAgeGenderQuestions.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The questions, which networks answer each, and the table of their figures. */
final class QuestionTable {
  /** A question and the networks that answer it. */
  private static final Map<String, List<String>> QUESTIONS = new LinkedHashMap<>();

  static {
    QUESTIONS.put("Does attention help?", List.of("attention", "no attention"));
    QUESTIONS.put("Are two tasks better than one?", List.of("attention", "gender alone", "age alone"));
    QUESTIONS.put("Does the age branch gain by the gender?", List.of("attention", "detached", "not injected"));
    QUESTIONS.put("Is the ensemble better than its members?", List.of("ensemble", "attention", "no attention"));
  }

  private QuestionTable() {}

  /** Mean and sample standard deviation over the seeds; null where it is not told, or for one seed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Figure(Double mean, Double deviation) {}

  /** A network's figures: shares as fractions, the MAE in years. */
  public record Answer(String arm, int seeds, Figure genderAccuracy, Figure ageGroupAccuracy, Figure aabd, Figure mae) {}

  static List<Answer> answers(List<Row> rows) {
    var answers = new ArrayList<Answer>();
    for (var arm : rows.stream().map(Row::arm).distinct().toList()) {
      var mine = rows.stream().filter(r -> r.arm().equals(arm)).map(Row::test).toList();
      answers.add(new Answer(arm, mine.size(), figure(mine, AgeGenderOutcome.Test::genderAccuracy), figure(mine, AgeGenderOutcome.Test::ageGroupAccuracy),
          figure(mine, AgeGenderOutcome.Test::aabd), figure(mine, AgeGenderOutcome.Test::mae)));
    }
    return answers;
  }

  private static Figure figure(List<AgeGenderOutcome.Test> tests, Function<AgeGenderOutcome.Test, Double> value) {
    if (tests.stream().map(value).anyMatch(v -> v == null)) {
      return new Figure(null, null);
    }
    double[] values = tests.stream().mapToDouble(value::apply).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new Figure(mean, values.length > 1 ? (Double) Math.sqrt(squares / (values.length - 1)) : null);
  }

  static String markdown(Table table, AgeGenderSettings base, String rival) {
    var text = new StringBuilder(String.format(Locale.ROOT, "# Four questions on age and gender%n%nattention: %s; no attention: %s; from random "
        + "initialisation on %s, %d epochs, preset %s; the epoch with the lowest validation loss, scored once on the test split.%n%nTest split; mean ± "
        + "sample standard deviation over the seeds.%n", base.model(), rival, base.data(), base.epochs(), table.preset()));
    QUESTIONS.forEach((question, arms) -> {
      text.append("\n## ").append(question).append("\n\n| network | seeds | gender, % | age group, % | AABD | MAE, years |\n");
      text.append("| --- | ---: | ---: | ---: | ---: | ---: |\n");
      for (var arm : arms) {
        var answer = table.answers().stream().filter(a -> a.arm().equals(arm)).findFirst();
        text.append("| ").append(arm).append(answer.map(QuestionTable::cells).orElse(" | 0 | not run | not run | not run | not run |")).append('\n');
      }
    });
    return text.append("\n```\n").append(table.command()).append("\n```\n").toString();
  }

  private static String cells(Answer a) {
    return " | " + a.seeds + " | " + cell(a.genderAccuracy, 100, 2) + " | " + cell(a.ageGroupAccuracy, 100, 2) + " | " + cell(a.aabd, 1, 3) + " | "
        + cell(a.mae, 1, 2) + " |";
  }

  private static String cell(Figure figure, double factor, int digits) {
    if (figure.mean == null) {
      return "–";
    }
    String mean = String.format(Locale.ROOT, "%." + digits + "f", factor * figure.mean);
    return figure.deviation == null ? mean : mean + String.format(Locale.ROOT, " ± %." + digits + "f", factor * figure.deviation);
  }
}
