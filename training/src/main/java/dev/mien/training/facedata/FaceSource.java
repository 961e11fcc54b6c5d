package dev.mien.training.facedata;

import dev.mien.models.face.FaceAligner;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.TrainingData;
import java.util.List;
import java.util.Optional;

/** A data set of faces: people to learn from, and pairs of pictures of other people. Safe for several reading threads. */
public interface FaceSource extends TrainingData {
  /** The crop policy of faces that are aligned by five landmarks to the template of 112 x 112 pixels, as InsightFace packs them. */
  String ALIGNED_112 = FaceAligner.CROP_POLICY;

  /** The kind of data set: "lfw", "folder" ... */
  String name();

  /** Pictures to learn from, in a fixed order; none where a data set brings pairs alone. */
  List<FaceSample> samples();

  /** Number of people to learn. */
  int identities();

  /** The picture of a sample; the same pixels at every call. */
  RgbImage read(int index);

  /** Pairs by which epochs may be chosen; their people are not learned from. */
  List<PairSet> validation();

  /** Pairs that are scored once at the end; their people are in no other part. */
  List<PairSet> test();

  /** What was skipped or noticed, a line each, items named. */
  List<String> findings();

  /** Faces to be found in a gallery; most data sets bring none. */
  default Optional<SearchSet> search() {
    return Optional.empty();
  }

  /** Pairs of templates, and searches for them; IJB alone brings them. */
  default Optional<TemplateSet> templates() {
    return Optional.empty();
  }

  /** How the faces lie in their pictures, as it goes into a model's contract. */
  String cropPolicy();
}
