package dev.mien.training.facedata;

import dev.mien.models.image.RgbImage;
import dev.mien.training.data.DataFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What face data sets of files share: pictures that were looked at, those to learn from, and what was noticed. */
abstract class FaceFiles implements FaceSource {
  final Gathered pictures = new Gathered();
  final List<String> findings = new ArrayList<>();
  private final List<DataFiles> open;
  private final List<FaceSample> samples = new ArrayList<>();
  /** Position in {@link #pictures} of each sample. */
  private final List<Integer> places = new ArrayList<>();
  private int identities;

  FaceFiles(List<DataFiles> open) {
    this.open = open;
  }

  /** Makes these pictures the next identity. */
  final void learn(List<Integer> person) {
    for (int at : person) {
      samples.add(new FaceSample(pictures.id(at), identities));
      places.add(at);
    }
    identities++;
  }

  /** Names the pictures that cannot be read. */
  final void noteBroken() {
    if (!pictures.broken().isEmpty()) {
      findings.add(Gathered.named("pictures cannot be read", pictures.broken()));
    }
  }

  /** A set of the good ones among these pictures, first the gallery; all are looked at before. */
  final SearchSet searchSet(String name, List<SearchSet.Face> gallery, List<SearchSet.Face> probes, List<Integer> places, boolean[] good) {
    var all = new ArrayList<>(gallery);
    all.addAll(probes);
    var faces = new ArrayList<SearchSet.Face>();
    var at = new ArrayList<Integer>();
    int known = 0;
    for (int i = 0; i < all.size(); i++) {
      pictures.note((i < gallery.size() ? "gallery " : "probe ") + all.get(i));
      if (good[places.get(i)]) {
        faces.add(all.get(i));
        at.add(places.get(i));
        known += i < gallery.size() ? 1 : 0;
      }
    }
    return new SearchSet(name, faces, known, i -> pictures.read(at.get(i)), pictures.broken());
  }

  /** Where the set lies, and its counts. */
  final String counts(String location) {
    return String.format(Locale.ROOT, "%s: %,d pictures of %,d people to learn from; %,d pairs to validate, %,d to test", location,
        samples.size(), identities, pairs(validation()), pairs(test()));
  }

  private static int pairs(List<PairSet> sets) {
    return sets.stream().mapToInt(s -> s.pairs().size()).sum();
  }

  @Override
  public List<PairSet> validation() {
    return List.of();
  }

  @Override
  public List<PairSet> test() {
    return List.of();
  }

  @Override
  public final List<FaceSample> samples() {
    return List.copyOf(samples);
  }

  @Override
  public final int identities() {
    return identities;
  }

  @Override
  public final RgbImage read(int index) {
    return pictures.read(places.get(index));
  }

  @Override
  public final List<String> findings() {
    return List.copyOf(findings);
  }

  @Override
  public final void close() {
    open.forEach(DataFiles::close);
  }
}
