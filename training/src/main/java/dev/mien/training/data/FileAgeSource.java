package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A data set of image files: scanned, checked, grouped and split when it is opened. The data set classes only make its
 * candidates.
 */
final class FileAgeSource implements AgeSource {
  /** What a data set class knows before any image is looked at. */
  record Index(String name, DataFiles files, List<Candidate> candidates, DataFindings.Builder findings, int lastAge) {}

  private final String name;
  private final DataFiles files;
  private final int lastAge;
  private final OpenOptions options;
  private final List<AgeSample> samples;
  private final List<DataFile> sampleFiles;
  private final DataFindings findings;
  private final String contentHash;
  private final ImageCache cache;

  private FileAgeSource(Index index, OpenOptions options) {
    name = index.name();
    files = index.files();
    lastAge = index.lastAge();
    this.options = options;
    var candidates = new ArrayList<>(index.candidates());
    candidates.sort(Comparator.comparing(c -> c.file().name()));
    var decoded = new ImageCache(candidates.size(), options.cacheBytes());
    var results = ImageScan.run(files, candidates, options, (i, image) -> {
      if (options.cacheBytes() > 0) {
        decoded.offer(i, shrink(image));
      }
    });
    var readable = readable(index, candidates, results);
    cache = decoded.select(readable);
    var kept = new ArrayList<Candidate>();
    var signatures = new ArrayList<ImageSignature>();
    for (int i : readable) {
      kept.add(candidates.get(i));
      signatures.add(results[i].signature());
    }
    sampleFiles = kept.stream().map(Candidate::file).toList();
    samples = split(kept, signatures, index.findings());
    findings = noteHighAges(index.findings()).build();
    contentHash = hash(signatures);
  }

  /** Makes the index, scans and splits; closes the files when that fails. */
  static FileAgeSource open(DataFiles files, Supplier<Index> index, OpenOptions options) {
    try {
      return new FileAgeSource(index.get(), options);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private static int[] readable(Index index, List<Candidate> candidates, ImageScan.Result[] results) {
    var readable = new ArrayList<Integer>();
    for (int i = 0; i < results.length; i++) {
      if (results[i].error() == null) {
        readable.add(i);
      } else {
        index.findings().add(Finding.UNREADABLE_IMAGE, results[i].error());
      }
    }
    return readable.stream().mapToInt(i -> i).toArray();
  }

  private void requireFewBroken(DataFindings.Builder found, int readable) {
    var broken = new ArrayList<>(found.names(Finding.UNREADABLE_IMAGE));
    broken.addAll(found.names(Finding.MISSING_FILE));
    int limit = options.brokenLimit(readable + broken.size());
    if (broken.size() > limit || readable == 0) {
      broken.sort(null);
      throw new FormatException("[data] " + broken.size() + " of " + (readable + broken.size()) + " images of " + files.location()
          + " are unreadable or missing, " + limit + " are tolerated (--max-broken): " + DataFindings.firstOf(broken, 5));
    }
  }

  private List<AgeSample> split(List<Candidate> kept, List<ImageSignature> signatures, DataFindings.Builder found) {
    requireFewBroken(found, kept.size());
    var groups = new DuplicateGroups(signatures, kept.stream().map(Candidate::group).toList());
    var made = new ArrayList<AgeSample>();
    for (int i = 0; i < kept.size(); i++) {
      var candidate = kept.get(i);
      var first = kept.get(groups.first(i));
      var own = candidate.split() != null ? candidate.split() : SplitRule.of(candidate.group());
      var split = candidate.split() != null ? own : groups.first(i) == i ? own : made.get(groups.first(i)).split();
      if (split != own) {
        found.add(Finding.MOVED_BY_DUPLICATE, candidate.file().name() + " from " + lower(own) + " to " + lower(split));
      }
      made.add(new AgeSample(candidate.file().name(), candidate.ageYears(), candidate.ageStdYears(), candidate.gender(),
          first.group(), split));
    }
    noteDuplicates(groups, made, found);
    return List.copyOf(made);
  }

  private static void noteDuplicates(DuplicateGroups groups, List<AgeSample> made, DataFindings.Builder found) {
    for (int i = 0; i < made.size(); i++) {
      var sample = made.get(i);
      int exact = groups.exactDuplicateOf(i);
      int near = exact >= 0 ? exact : groups.nearDuplicateOf(i);
      if (near < 0) {
        continue;
      }
      var earlier = made.get(near);
      var pair = sample.id() + " = " + earlier.id();
      found.add(exact >= 0 ? Finding.EXACT_DUPLICATE : Finding.NEAR_DUPLICATE, pair);
      if (exact >= 0 && earlier.ageYears() != sample.ageYears()) {
        found.add(Finding.CONFLICTING_DUPLICATE, pair);
      }
      if (earlier.split() != sample.split()) {
        found.add(Finding.DUPLICATE_ACROSS_SPLITS, pair + " (" + lower(sample.split()) + ", " + lower(earlier.split()) + ")");
      }
    }
  }

  private DataFindings.Builder noteHighAges(DataFindings.Builder found) {
    for (var sample : samples) {
      if (Math.rint(sample.ageYears()) > options.lastClass()) {
        found.add(Finding.ABOVE_LAST_CLASS, sample.id());
      }
    }
    return found;
  }

  private String hash(List<ImageSignature> signatures) {
    var digest = SplitRule.digest("SHA-256");
    for (int i = 0; i < samples.size(); i++) {
      var s = samples.get(i);
      var line = String.join("\t", s.id(), Double.toString(s.ageYears()), Double.toString(s.ageStdYears()),
          Integer.toString(s.gender()), s.group(),
          s.split().name(), Long.toString(sampleFiles.get(i).sizeBytes()), signatures.get(i).bytesHash());
      digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private RgbImage shrink(RgbImage image) {
    int side = Math.min(image.width(), image.height());
    boolean small = options.shrinkToPx() == 0 || side <= options.shrinkToPx();
    return small ? image : ImageTransforms.resizeShortSide(image, options.shrinkToPx());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String describe() {
    var text = String.format(Locale.ROOT, "%s at %s: %,d faces (%,d train, %,d validation, %,d test)", name, files.location(),
        samples.size(), indices(Split.TRAIN).length, indices(Split.VALIDATION).length, indices(Split.TEST).length);
    return findings.items().isEmpty() ? text : text + "; " + findings.summary();
  }

  @Override
  public List<AgeSample> samples() {
    return samples;
  }

  @Override
  public RgbImage read(int index) {
    var cached = cache.get(index);
    if (cached != null) {
      return cached;
    }
    var file = sampleFiles.get(index);
    return shrink(RgbImage.read(files.read(file), file.name()));
  }

  @Override
  public int lastAge() {
    return lastAge;
  }

  @Override
  public DataFindings findings() {
    return findings;
  }

  @Override
  public String contentHash() {
    return contentHash;
  }

  @Override
  public void close() {
    files.close();
  }

  private static String lower(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }
}
