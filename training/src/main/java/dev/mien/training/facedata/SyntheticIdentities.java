package dev.mien.training.facedata;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Box;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.ResizeFilter;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.EachOnce;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.data.SplitRule;
import dev.mien.training.synthetic.AgePrior;
import dev.mien.training.synthetic.SyntheticFaces;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Drawn people, without a file: each looks out of {@value #PICTURES} pictures at ages from 25 to 45, and a third of the pictures is degraded
 * (fewer pixels, blur of the enlargement, grain). Three quarters of the people are learned from; pairs of the rest validate and test: of
 * clean pictures, and apart from them of degraded ones.
 */
public final class SyntheticIdentities implements FaceSource {
  /** Pictures of each person. */
  public static final int PICTURES = 16;

  private static final int SIDE = 72;
  private static final long SEED = 2027;
  private static final int PAIRS = 1200;
  private static final int FOLDS = 10;
  private static final int FIRST_AGE = 25;
  private static final int LAST_AGE = 45;

  private final Rng rng = Rng.seed(SEED);
  private final RgbImage[] pictures;
  private final int learned;
  private final int validated;
  private final int people;
  private final List<PairSet> validation;
  private final List<PairSet> test;
  private final String hash;

  private SyntheticIdentities(int people, BiConsumer<Integer, Integer> progress) {
    this.people = people;
    this.learned = people * 3 / 4;
    this.validated = (people - learned) / 2;
    this.pictures = new RgbImage[people * PICTURES];
    draw(progress);
    validation = pairs("validation", learned, learned + validated);
    test = pairs("test", learned + validated, people);
    var digest = SplitRule.digest("SHA-256");
    for (var picture : pictures) {
      digest.update(picture.toBytes());
    }
    hash = HexFormat.of().formatHex(digest.digest());
  }

  /** Draws so many people. */
  public static SyntheticIdentities open(int people, BiConsumer<Integer, Integer> progress) {
    return new SyntheticIdentities(people, progress);
  }

  private void draw(BiConsumer<Integer, Integer> progress) {
    var weights = new double[AgePrior.LAST_AGE + 1];
    for (int age = FIRST_AGE; age <= LAST_AGE; age++) {
      weights[age] = 1;
    }
    var faces = new SyntheticFaces(SEED, pictures.length, PICTURES, new AgePrior(weights));
    EachOnce.run("drawing faces", pictures.length, OpenOptions.defaults().threads(), progress::accept, i -> {
      var face = faces.image(i, SIDE);
      pictures[i] = isDegraded(i) ? degraded(face, seenSide(i), rng.split("degraded").at(i)) : face;
    });
  }

  /** Every third picture. */
  private static boolean isDegraded(int picture) {
    return picture % PICTURES % 3 == 2;
  }

  /** A quarter to a half of the sides for a degraded picture. */
  private int seenSide(int picture) {
    return isDegraded(picture) ? (int) Math.round(SIDE * rng.split("degraded").at(picture).uniform(0, 0.22, 0.45)) : SIDE;
  }

  /** Made smaller and enlarged again, with grain. */
  private static RgbImage degraded(RgbImage face, int side, Rng rng) {
    var small = ImageTransforms.resize(face, Box.of(face), side, side, ResizeFilter.AREA);
    byte[] pixels = ImageTransforms.resize(small, Box.of(small), SIDE, SIDE, ResizeFilter.CUBIC).toBytes();
    double grain = rng.uniform(1, 2, 12);
    var noise = rng.split("grain");
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.clamp(Math.round((pixels[i] & 0xff) + grain * noise.gaussian(i)), 0, 255);
    }
    return RgbImage.ofPixels(SIDE, SIDE, pixels);
  }

  private List<PairSet> pairs(String part, int from, int to) {
    var key = rng.split("pairs").split(part);
    return List.of(pairs(part + ", clean", false, from, to, key.split("clean")), pairs(part + ", degraded", true, from, to, key.split("degraded")));
  }

  /** Pairs of clean pictures, or of degraded ones, of the people from..to-1. */
  private PairSet pairs(String name, boolean degraded, int from, int to, Rng key) {
    int[] shown = IntStream.range(from * PICTURES, to * PICTURES).filter(i -> isDegraded(i) == degraded).toArray();
    var names = new ArrayList<String>();
    var people = new TreeMap<Integer, List<Integer>>();
    for (int i : shown) {
      people.computeIfAbsent(i / PICTURES, p -> new ArrayList<>()).add(names.size());
      names.add(String.format(Locale.ROOT, "synthetic/%05d/%02d%s", i / PICTURES, i % PICTURES, degraded ? "-degraded" : ""));
    }
    return new PairSet(name, names, PairSet.draw(people, PAIRS, FOLDS, key), i -> pictures[shown[i]], List.of(), i -> seenSide(shown[i]));
  }

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public String describe() {
    return String.format(Locale.ROOT, "synthetic, drawn at %d px: %,d pictures of %,d people to learn from; %,d other people to validate, %,d to "
        + "test", SIDE, learned * PICTURES, learned, validated, people - learned - validated);
  }

  @Override
  public List<FaceSample> samples() {
    var samples = new ArrayList<FaceSample>(learned * PICTURES);
    for (int i = 0; i < learned * PICTURES; i++) {
      samples.add(new FaceSample("synthetic/" + i, i / PICTURES));
    }
    return samples;
  }

  @Override
  public int identities() {
    return learned;
  }

  @Override
  public RgbImage read(int index) {
    return pictures[index];
  }

  @Override
  public List<PairSet> validation() {
    return validation;
  }

  @Override
  public List<PairSet> test() {
    return test;
  }

  @Override
  public List<String> findings() {
    return List.of();
  }

  @Override
  public String cropPolicy() {
    return "drawn faces, whole picture";
  }

  @Override
  public String contentHash() {
    return hash;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
