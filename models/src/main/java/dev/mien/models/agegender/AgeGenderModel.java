package dev.mien.models.agegender;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.io.SafeTensors;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.models.backbone.Backbones;
import dev.mien.models.backbone.Fingerprint;
import dev.mien.models.image.ImageContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One network of age and gender, or several that answer as one, and the contracts they were trained under: kept in a safetensors file
 * whose metadata carry what each is built as, how its pictures are prepared, and its labels. Member i's weights are named
 * {@code member<i>.backbone...}.
 *
 * @param members the networks; those that tell ages tell the same groups
 * @param origin what they learned from
 */
public record AgeGenderModel(List<Member> members, Origin origin) {
  /** The name of the model file in a run folder. */
  public static final String FILE_NAME = "model.safetensors";

  private static final String FORMAT = "mien-age-gender-model/1";
  private static final int MOST_MEMBERS = 64;

  /**
   * One network.
   *
   * @param architecture an attribute network's name of {@link Backbones}
   * @param plan its heads
   * @param contract colour order, normalisation, input size and how faces are cut out
   */
  public record Member(String architecture, AgeGenderPlan plan, ImageContract contract) {
    /** A network of this kind with fresh weights. */
    public AgeGenderNet build(Rng rng) {
      return new AgeGenderNet(Backbones.attributes(architecture, rng.split("backbone")), plan, rng.split("heads"));
    }
  }

  /**
   * What a model without eyes would know.
   *
   * @param trainedOn what was learned from, for people
   * @param medianAgeYears median age there; NaN when unknown
   * @param femaleShare share of women there; NaN when unknown
   */
  public record Origin(String trainedOn, double medianAgeYears, double femaleShare) {}

  /**
   * A model that was read: its networks with their weights, still in host memory.
   *
   * @param fingerprint 16 hexadecimal digits of the SHA-256 over contracts and weights
   */
  public record Loaded(AgeGenderModel model, List<AgeGenderNet> nets, String fingerprint) {
    public Loaded {
      nets = List.copyOf(nets);
    }
  }

  /**
   * @throws MienException when there is no member, or two tell other groups or other years
   */
  public AgeGenderModel {
    members = List.copyOf(members);
    if (members.isEmpty() || members.size() > MOST_MEMBERS) {
      throw new MienException("[age-gender] a model has 1.." + MOST_MEMBERS + " members, got " + members.size());
    }
    agreed(members, AgeGenderPlan::groups, "age groups");
    agreed(members, plan -> plan.ages() == 0 ? null : plan.ages(), "single years");
  }

  private static <T> T agreed(List<Member> members, Function<AgeGenderPlan, T> label, String what) {
    var all = members.stream().map(Member::plan).map(label).filter(Objects::nonNull).distinct().toList();
    if (all.size() > 1) {
      throw new MienException("[age-gender] the members tell different " + what + ": " + all.getFirst() + " and " + all.get(1)
          + "; networks that answer as one need the same labels");
    }
    return all.isEmpty() ? null : all.getFirst();
  }

  /** A model of one network. */
  public static AgeGenderModel of(Member member, Origin origin) {
    return new AgeGenderModel(List.of(member), origin);
  }

  /** Its networks with fresh weights, to learn side by side; the first has the weights that it would have alone. */
  public AgeGenderMembers build(Rng rng) {
    return new AgeGenderMembers(IntStream.range(0, members.size()).mapToObj(i -> members.get(i).build(i == 0 ? rng : rng.at(i))).toList());
  }

  /** Whether any member tells the gender. */
  public boolean tellsGender() {
    return members.stream().anyMatch(m -> m.plan.gender());
  }

  /** The age groups that are told; null for none. */
  public AgeGroups groups() {
    return agreed(members, AgeGenderPlan::groups, "age groups");
  }

  /** The one contract of all members. */
  public ImageContract contract() {
    var all = members.stream().map(Member::contract).distinct().toList();
    if (all.size() > 1) {
      throw new MienException("[age-gender] the members read pictures in " + all.size() + " ways: give them pictures, not prepared inputs");
    }
    return all.getFirst();
  }

  /** What it is, in a few words: {@code attention-56 + resnet18}. */
  public String describe() {
    return members.stream().map(Member::architecture).collect(Collectors.joining(" + "));
  }

  /** Several models as one; the origin is the first one's, with what the others learned from. */
  static AgeGenderModel join(List<AgeGenderModel> models) {
    if (models.isEmpty()) {
      throw new MienException("[age-gender] no models to join");
    }
    var first = models.getFirst().origin;
    String trainedOn = models.stream().map(m -> m.origin.trainedOn).distinct().collect(Collectors.joining(" + "));
    return new AgeGenderModel(models.stream().flatMap(m -> m.members.stream()).toList(),
        new Origin(trainedOn, first.medianAgeYears, first.femaleShare));
  }

  /**
   * Writes networks and contracts atomically.
   *
   * @throws MienException when a value is not finite or the file cannot be written; an older file stays
   */
  public void save(Path file, List<AgeGenderNet> nets) {
    requireNets(nets);
    var state = new StateMap();
    state.putString("format", FORMAT);
    state.putLong("members", members.size());
    state.putString("trainedOn", origin.trainedOn);
    state.putDouble("medianAgeYears", origin.medianAgeYears);
    state.putDouble("femaleShare", origin.femaleShare);
    for (int i = 0; i < members.size(); i++) {
      var part = state.sub(prefix(i));
      part.putString("architecture", members.get(i).architecture);
      members.get(i).plan.toMetadata().forEach(part::putString);
      members.get(i).contract.toMetadata().forEach(part::putString);
      nets.get(i).writeState(part);
    }
    Checkpoint.save(file, state);
  }

  void requireNets(List<AgeGenderNet> nets) {
    for (int i = 0; i < Math.max(nets.size(), members.size()); i++) {
      if (i >= nets.size() || i >= members.size() || !nets.get(i).plan().equals(members.get(i).plan)) {
        throw new IllegalArgumentException("[age-gender] network " + i + " of " + nets.size() + " is not member " + i + " of " + members.size());
      }
    }
  }

  private static String prefix(int member) {
    return "member" + member + ".";
  }

  /** Whether a model of age and gender is there: a file of one, or a run folder that holds it; false for any other file or none. */
  public static boolean isAt(Path runOrFile) {
    Path file = Files.isDirectory(runOrFile) ? runOrFile.resolve(FILE_NAME) : runOrFile;
    try {
      return Files.isRegularFile(file) && SafeTensors.readMetadata(file).values().stream().anyMatch(v -> v.contains(FORMAT));
    } catch (FormatException e) {
      return false;
    }
  }

  /**
   * Reads a model file, or the model of a run folder.
   *
   * @throws FormatException when it is no model of age and gender, of another version, or damaged
   * @throws MienException when there is no such file
   */
  public static Loaded load(Path runOrFile) {
    Path file = Files.isDirectory(runOrFile) ? runOrFile.resolve(FILE_NAME) : runOrFile;
    if (!Files.isRegularFile(file)) {
      throw new MienException(Files.isDirectory(runOrFile)
          ? "the folder " + runOrFile + " holds no " + FILE_NAME + ": give the folder of a run that has finished an epoch"
          : "no such run folder or model file: " + runOrFile);
    }
    var state = Checkpoint.read(file);
    String format = state.strings().getOrDefault("format", "missing");
    if (!format.equals(FORMAT)) {
      throw new FormatException(file + " is no model of age and gender of this version: format " + format + ", expected " + FORMAT);
    }
    long count = state.longValue("members");
    if (count < 1 || count > MOST_MEMBERS) {
      throw new FormatException(file + " has " + count + " members; expected 1.." + MOST_MEMBERS);
    }
    try {
      var members = new ArrayList<Member>();
      var nets = new ArrayList<AgeGenderNet>();
      for (int i = 0; i < count; i++) {
        var part = state.sub(prefix(i));
        var strings = part.strings();
        members.add(new Member(part.string("architecture"), AgeGenderPlan.fromMetadata(strings), ImageContract.fromMetadata(strings)));
        nets.add(restored(file, members.getLast(), part));
      }
      var model = new AgeGenderModel(members, new Origin(state.string("trainedOn"), state.doubleValue("medianAgeYears"),
          state.doubleValue("femaleShare")));
      return new Loaded(model, nets, fingerprint(model, nets));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static AgeGenderNet restored(Path file, Member member, StateMap part) {
    var net = member.build(Rng.seed(0));
    var tensors = new StateMap();
    part.tensors().forEach(tensors::put);
    var problems = net.checkState(tensors);
    if (!problems.isEmpty()) {
      throw new FormatException(file + " does not fit its architecture: " + String.join("; ", problems));
    }
    net.readState(tensors);
    return net;
  }

  /** Of what the members are built as and their weights; not of what people may edit. */
  static String fingerprint(AgeGenderModel model, List<AgeGenderNet> nets) {
    var tensors = new StateMap();
    for (int i = 0; i < nets.size(); i++) {
      nets.get(i).writeState(tensors.sub(prefix(i)));
    }
    return Fingerprint.of(model.members.stream().map(m -> m.architecture + m.plan.toMetadata() + m.contract.toMetadata())
        .collect(Collectors.joining("\n")), tensors);
  }
}
