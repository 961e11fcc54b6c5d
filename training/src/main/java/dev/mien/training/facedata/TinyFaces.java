package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.training.data.DataFile;
import dev.mien.models.image.ImageTransforms;
import dev.mien.training.data.DataFiles;
import dev.mien.training.facedata.SearchSet.Face;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * TinyFace's test: probes in {@code Testing_Set/Probe}, to be found in {@code Testing_Set/Gallery_Match} and {@code Testing_Set/Gallery_Distractor},
 * of a folder or zip archive. The identity is the whole number before the first underscore of a name; distractors have none. Pictures are squared by
 * their edge and not aligned, which the published figures are.
 */
public final class TinyFaces extends FaceFiles {
  private static final Pattern PLACE = Pattern.compile("(?:.*/)?Testing_Set/(Probe|Gallery_Match|Gallery_Distractor)/(?:.*/)?([^/]+)");
  private static final Pattern IDENTITY = Pattern.compile("(\\d{1,9})_.*");

  private final DataFiles files;
  private final SearchSet search;
  private final String hash;

  private TinyFaces(DataFiles files, BiConsumer<Integer, Integer> progress) {
    super(List.of(files));
    this.files = files;
    var probes = new ArrayList<DataFile>();
    var matches = new ArrayList<DataFile>();
    var distractors = new ArrayList<DataFile>();
    for (var file : files.files()) {
      var match = PLACE.matcher(file.name());
      if (file.isImage() && match.matches()) {
        (match.group(1).equals("Probe") ? probes : match.group(1).equals("Gallery_Match") ? matches : distractors).add(file);
      }
    }
    if (probes.isEmpty() || matches.isEmpty()) {
      throw new FormatException("[tinyface] " + files.location() + " has " + probes.size() + " probes and " + matches.size()
          + " gallery matches; expected pictures in Testing_Set/Probe and Testing_Set/Gallery_Match");
    }
    var places = new ArrayList<Integer>();
    var gallery = faces(matches, places);
    distractors.forEach(file -> {
      places.add(place(file));
      gallery.add(new Face(file.name(), SearchSet.DISTRACTOR));
    });
    var wanted = faces(probes, places);
    boolean[] good = pictures.check(progress);
    noteBroken();
    search = searchSet("tinyface", gallery, wanted, places, good);
    var known = new HashSet<Integer>();
    search.faces().subList(0, search.gallery()).forEach(f -> known.add(f.identity()));
    var unknown = search.faces().subList(search.gallery(), search.faces().size()).stream().filter(f -> !known.contains(f.identity()))
        .map(Face::id).toList();
    if (!unknown.isEmpty()) {
      findings.add(Gathered.named("probes have no match in the gallery", unknown));
    }
    hash = pictures.hash();
  }

  /**
   * Opens a folder or zip archive that holds {@code Testing_Set} at any depth.
   *
   * @throws FormatException when it has no probes or no matches, or a name without an identity
   */
  public static TinyFaces open(Path root, BiConsumer<Integer, Integer> progress) {
    var files = DataFiles.open(root);
    try {
      return new TinyFaces(files, progress);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private int place(DataFile file) {
    return pictures.add(new Gathered.Entry(files, file, ImageTransforms::squared));
  }

  private List<Face> faces(List<DataFile> named, List<Integer> places) {
    var faces = new ArrayList<Face>();
    for (var file : named) {
      var match = IDENTITY.matcher(file.baseName());
      if (!match.matches()) {
        throw new FormatException("[tinyface] " + files.location() + " holds " + TextLines.shown(file.name())
            + "; expected IDENTITY_NUMBER.jpg, the identity a whole number");
      }
      places.add(place(file));
      faces.add(new Face(file.name(), Integer.parseInt(match.group(1))));
    }
    return faces;
  }

  @Override
  public String name() {
    return "tinyface";
  }

  @Override
  public String describe() {
    return String.format(Locale.ROOT, "tinyface at %s: %,d probes to find among %,d pictures", files.location(), search.probes(), search.gallery());
  }

  @Override
  public Optional<SearchSet> search() {
    return Optional.of(search);
  }

  @Override
  public String cropPolicy() {
    return "tinyface, squared";
  }

  @Override
  public String contentHash() {
    return hash;
  }
}
