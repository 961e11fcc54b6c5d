package dev.mien.training.data;

import dev.mien.models.image.RgbImage;
import dev.mien.training.synthetic.AgePrior;
import dev.mien.training.synthetic.SyntheticFaces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Drawn faces as a data set, without a file: one fixed seed, so {@code synthetic:3000} is the same data on every machine and in
 * every run. All pictures are drawn when it is opened; those that do not fit the cache are drawn again on demand.
 */
public final class SyntheticAges implements AgeSource {
  /** Side of the pictures when nothing smaller is asked for. */
  public static final int SIDE_PX = 128;

  private static final long SEED = 2026;

  private final SyntheticFaces faces;
  private final int sidePx;
  private final RgbImage[] cache;
  private final byte[][] hashes;
  private final List<AgeSample> samples;
  private final DataFindings findings;
  private final String contentHash;
  private final double irreducibleMae;

  private SyntheticAges(SyntheticFaces faces, OpenOptions options) {
    this.faces = faces;
    sidePx = options.shrinkToPx() == 0 ? SIDE_PX : Math.clamp(options.shrinkToPx(), SyntheticFaces.LEAST_SIDE, 512);
    cache = new RgbImage[(int) Math.min(faces.size(), options.cacheBytes() / (3L * sidePx * sidePx))];
    hashes = new byte[faces.size()][];
    samples = label(faces);
    EachOnce.run("drawing synthetic faces", hashes.length, options.threads(), options.progress(), this::draw);
    contentHash = hash();
    irreducibleMae = faces.irreducibleMae();
    var found = new DataFindings.Builder();
    samples.stream().filter(s -> Math.rint(s.ageYears()) > options.lastClass())
        .forEach(s -> found.add(Finding.ABOVE_LAST_CLASS, s.id()));
    findings = found.build();
  }

  /** Draws {@code count} faces; the options' short side is their side, and the cache holds as many as fit. */
  public static SyntheticAges open(int count, OpenOptions options) {
    return new SyntheticAges(new SyntheticFaces(SEED, count), options);
  }

  private static List<AgeSample> label(SyntheticFaces faces) {
    var samples = new ArrayList<AgeSample>(faces.size());
    for (int i = 0; i < faces.size(); i++) {
      var face = faces.face(i);
      var group = String.format(Locale.ROOT, "person%07d", face.identity());
      var id = String.format(Locale.ROOT, "synthetic/%07d", i);
      samples.add(new AgeSample(id, face.ageYears(), Double.NaN, face.gender(), group, SplitRule.of(group)));
    }
    return List.copyOf(samples);
  }

  private void draw(int index) {
    var image = faces.image(index, sidePx);
    hashes[index] = SplitRule.digest("SHA-256").digest(image.toBytes());
    if (index < cache.length) {
      cache[index] = image;
    }
  }

  private String hash() {
    var digest = SplitRule.digest("SHA-256");
    for (int i = 0; i < hashes.length; i++) {
      var s = samples.get(i);
      var line = String.join("\t", s.id(), Double.toString(s.ageYears()), Integer.toString(s.gender()), s.group(), s.split().name(),
          Integer.toString(sidePx));
      digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
      digest.update(hashes[i]);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public String describe() {
    var counts = String.format(Locale.ROOT, "%,d train, %,d validation, %,d test", indices(Split.TRAIN).length,
        indices(Split.VALIDATION).length, indices(Split.TEST).length);
    return String.format(Locale.ROOT, "synthetic, drawn at %d px: %,d faces (%s); irreducible MAE %.2f years", sidePx, samples.size(),
        counts, irreducibleMae);
  }

  @Override
  public List<AgeSample> samples() {
    return samples;
  }

  @Override
  public RgbImage read(int index) {
    return index < cache.length ? cache[index] : faces.image(index, sidePx);
  }

  @Override
  public int lastAge() {
    return AgePrior.LAST_AGE;
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
  public OptionalDouble irreducibleMae() {
    return OptionalDouble.of(irreducibleMae);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
