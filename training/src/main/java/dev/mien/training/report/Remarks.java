package dev.mien.training.report;

import java.util.List;

/**
 * What the reader of a report must know.
 *
 * @param findings what was found in the data: skipped, malformed, clamped; one sentence each
 * @param notRun what the command could do and this run did not, one sentence each
 */
public record Remarks(List<String> findings, List<String> notRun) {
  public Remarks {
    findings = List.copyOf(findings);
    notRun = List.copyOf(notRun);
  }
}
