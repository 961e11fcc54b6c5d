package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.data.DataFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * IJB-B or IJB-C in InsightFace's distribution: {@code meta/} with the texts that {@link IjbMetadata} reads, {@code loose_crop/} with the pictures.
 * Faces are aligned by their five landmarks. Broken or missing pictures are named and left out, and with them templates that lose all.
 */
public final class IjbFaces extends FaceFiles {
  private static final List<String> SETS = List.of("ijbb", "ijbc");

  private final String set;
  private final DataFiles files;
  private final TemplateSet templates;
  private final String hash;

  private IjbFaces(String set, IjbMetadata metadata, DataFiles files, BiConsumer<Integer, Integer> progress) {
    super(List.of(files));
    this.set = set;
    this.files = files;
    var all = new ArrayList<TemplateSet.Picture>();
    var absent = new ArrayList<String>();
    for (int i = 0; i < metadata.faces().size(); i++) {
      var face = metadata.faces().get(i);
      var points = metadata.landmarks().get(i);
      var file = files.find(face.name());
      if (file.isEmpty()) {
        absent.add(face.name());
        continue;
      }
      pictures.add(new Gathered.Entry(files, file.get(), image -> FaceCuts.aligned(image, points.xy())));
      all.add(new TemplateSet.Picture(face.name(), face.template(), face.media(), points.score()));
      pictures.note(all.getLast().toString());
    }
    if (!absent.isEmpty()) {
      findings.add(Gathered.named("pictures are not in " + files.location(), absent));
    }
    boolean[] good = pictures.check(progress);
    noteBroken();
    templates = templates(metadata, all, good);
    hash = pictures.hash();
  }

  /**
   * Opens the folder that holds {@code meta} and {@code loose_crop}.
   *
   * @throws MienException when one is missing
   * @throws FormatException when a text is malformed, see {@link IjbMetadata}, or no pair is left
   */
  public static IjbFaces open(Path folder, BiConsumer<Integer, Integer> progress) {
    var meta = folder.resolve("meta");
    var sets = SETS.stream().filter(s -> Files.exists(meta.resolve(s + "_face_tid_mid.txt"))).toList();
    if (sets.size() != 1 || !Files.isDirectory(folder.resolve("loose_crop"))) {
      throw new MienException("[ijb] " + folder + " holds " + sets.size() + " of the sets " + SETS + " in meta/"
          + (Files.isDirectory(folder.resolve("loose_crop")) ? "" : ", and no loose_crop/")
          + "; expected one, such as meta/ijbc_face_tid_mid.txt, and its pictures in loose_crop/");
    }
    var metadata = IjbMetadata.read(meta, sets.getFirst());
    var files = DataFiles.open(folder.resolve("loose_crop"));
    try {
      return new IjbFaces(sets.getFirst(), metadata, files, progress);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private TemplateSet templates(IjbMetadata metadata, List<TemplateSet.Picture> all, boolean[] good) {
    var kept = new ArrayList<TemplateSet.Picture>();
    var at = new ArrayList<Integer>();
    var known = new BitSet();
    for (int i = 0; i < all.size(); i++) {
      if (good[i]) {
        kept.add(all.get(i));
        at.add(i);
        known.set(all.get(i).template());
      }
    }
    var pairs = metadata.pairs().among(known);
    int lost = metadata.pairs().size() - pairs.size();
    if (lost > 0) {
      findings.add(String.format(Locale.ROOT, "%,d pairs are left out: no picture of a template can be read", lost));
    }
    var galleries = metadata.galleries().stream().map(g -> among(g, known)).toList();
    return new TemplateSet(set, kept, pairs, lost, galleries, among(metadata.probes(), known), i -> pictures.read(at.get(i)));
  }

  private TemplateSet.Roster among(TemplateSet.Roster roster, BitSet known) {
    Map<Integer, Integer> subjects = new LinkedHashMap<>(roster.subjects());
    if (subjects.keySet().removeIf(t -> !known.get(t))) {
      findings.add(String.format(Locale.ROOT, "%,d templates of %s are left out: no picture can be read", roster.subjects().size() - subjects.size(),
          roster.name()));
    }
    return new TemplateSet.Roster(roster.name(), subjects);
  }

  @Override
  public String name() {
    return "ijb";
  }

  @Override
  public String describe() {
    return String.format(Locale.ROOT, "%s at %s: %,d pictures, %,d pairs of templates, %,d probes for %d galleries", set, files.location(),
        templates.pictures().size(), templates.pairs().size(), templates.probes().subjects().size(), templates.galleries().size());
  }

  @Override
  public Optional<TemplateSet> templates() {
    return Optional.of(templates);
  }

  @Override
  public String cropPolicy() {
    return ALIGNED_112;
  }

  @Override
  public String contentHash() {
    return hash;
  }
}
