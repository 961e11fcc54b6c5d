package dev.mien.training.face;

import dev.mien.models.face.FaceEmbedder;
import dev.mien.training.command.Console;
import dev.mien.training.command.Progress;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.facedata.SearchSet;
import dev.mien.training.facedata.TemplateSet;
import dev.mien.training.verification.Correlation;
import dev.mien.training.verification.Embeddings;
import dev.mien.training.verification.ProbeRanks;
import dev.mien.training.verification.Identification;
import dev.mien.training.verification.RocCurve;
import dev.mien.training.verification.TemplateFusion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures a model on what a data set brings beside pairs of pictures: a search in a gallery, or the templates of IJB. */
final class FaceExam {
  private static final int DEPTH = Arrays.stream(FaceOutcome.Identified.RANKS).max().orElseThrow();

  private final FaceEmbedder embedder;
  private final Console console;
  private FaceOutcome.Test test;
  private FaceOutcome.Identified identified;
  private Correlation normToScore;
  private int images;

  private FaceExam(FaceEmbedder embedder, Console console) {
    this.embedder = embedder;
    this.console = console;
  }

  /** What was measured, and on how many pictures; null for what the data do not bring. The test is one of pairs of templates. */
  record Result(FaceOutcome.Test test, FaceOutcome.Identified identified, Correlation normToScore, int images) {}

  static Result take(FaceEmbedder embedder, FaceSource source, Console console) {
    var exam = new FaceExam(embedder, console);
    source.search().ifPresent(exam::search);
    source.templates().ifPresent(exam::templates);
    return new Result(exam.test, exam.identified, exam.normToScore, exam.images);
  }

  private Progress progress(String what, int count) {
    images += count;
    return console.progress(what, count, "images", 0);
  }

  private void search(SearchSet set) {
    int d = embedder.features();
    var values = new float[Math.multiplyExact(set.faces().size(), d)];
    try (var progress = progress("identify " + set.name(), set.faces().size())) {
      FaceEvaluator.embed(embedder, set.faces().size(), set.reader(), n -> progress.step(n, ""),
          (i, e) -> System.arraycopy(e.direction(), 0, values, i * d, d));
    }
    int[] identities = set.faces().stream().mapToInt(SearchSet.Face::identity).toArray();
    var search = new ProbeRanks(new Embeddings(Arrays.copyOfRange(values, set.gallery() * d, values.length), d),
        Arrays.copyOfRange(identities, set.gallery(), identities.length), DEPTH);
    search.add(new Embeddings(Arrays.copyOf(values, set.gallery() * d), d), Arrays.copyOf(identities, set.gallery()));
    identified = FaceOutcome.Identified.of(Identification.closedSet(search, FaceOutcome.Identified.RANKS), set.missing().size(), null);
  }

  private void templates(TemplateSet set) {
    var pictures = set.pictures();
    var fusion = new TemplateFusion(pictures.stream().mapToInt(TemplateSet.Picture::template).toArray(),
        pictures.stream().mapToInt(TemplateSet.Picture::media).toArray(), embedder.features());
    var norms = new double[pictures.size()];
    try (var progress = progress("fuse " + set.name(), pictures.size())) {
      FaceEvaluator.embed(embedder, pictures.size(), set.reader(), n -> progress.step(n, ""), (i, e) -> {
        fusion.add(i, e.direction(), e.norm());
        norms[i] = e.norm();
      });
    }
    normToScore = Correlation.of(norms, pictures.stream().mapToDouble(TemplateSet.Picture::detectorScore).toArray());
    var templates = fusion.templates();
    test = FaceOutcome.Test.of(curve(set, templates), set.missingPairs());
    if (!set.galleries().isEmpty()) {
      identified = identify(set, templates);
    }
  }

  private static RocCurve curve(TemplateSet set, TemplateFusion.Templates templates) {
    var pairs = set.pairs();
    int genuine = (int) IntStream.range(0, pairs.size()).filter(pairs::same).count();
    double[][] distance = {new double[pairs.size() - genuine], new double[genuine]};
    int[] count = new int[2];
    for (int k = 0; k < pairs.size(); k++) {
      double cosine = templates.embeddings().dot(templates.row(pairs.first(k)), templates.row(pairs.second(k)));
      int kind = pairs.same(k) ? 1 : 0;
      distance[kind][count[kind]++] = 2 - 2 * cosine;
    }
    return RocCurve.of(distance[1], distance[0]);
  }

  /** The closed set over all galleries together, the open set over each. */
  private static FaceOutcome.Identified identify(TemplateSet set, TemplateFusion.Templates templates) {
    var probes = rows(templates, set.probes().subjects());
    int[] subjects = subjects(set.probes().subjects());
    var together = new ProbeRanks(probes, subjects, DEPTH);
    var apart = set.galleries().stream().map(g -> new ProbeRanks(probes, subjects, 1)).toList();
    for (int g = 0; g < apart.size(); g++) {
      var gallery = set.galleries().get(g).subjects();
      for (var search : List.of(together, apart.get(g))) {
        search.add(rows(templates, gallery), subjects(gallery));
      }
    }
    return FaceOutcome.Identified.of(Identification.closedSet(together, FaceOutcome.Identified.RANKS), 0, Identification.openSet(apart));
  }

  private static int[] subjects(Map<Integer, Integer> roster) {
    return roster.values().stream().mapToInt(Integer::intValue).toArray();
  }

  private static Embeddings rows(TemplateFusion.Templates templates, Map<Integer, Integer> roster) {
    int d = templates.embeddings().dimension();
    var values = new float[Math.multiplyExact(roster.size(), d)];
    int at = 0;
    for (int template : roster.keySet()) {
      System.arraycopy(templates.embeddings().values(), templates.row(template) * d, values, at, d);
      at += d;
    }
    return new Embeddings(values, d);
  }
}
