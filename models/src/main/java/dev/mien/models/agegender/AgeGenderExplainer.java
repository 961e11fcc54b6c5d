package dev.mien.models.agegender;

import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.explain.Explanations;
import dev.mien.models.explain.Heatmap;
import dev.mien.models.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Shows where the networks of a model looked: the masks of each attention module, and Grad-CAM of the gender and of the age group that each
 * network told. Thread-safe.
 */
public final class AgeGenderExplainer {
  private final AgeGenderEnsemble ensemble;
  private final Device device;

  /** @param device on which the ensemble's networks are */
  public AgeGenderExplainer(AgeGenderEnsemble ensemble, Device device) {
    this.ensemble = ensemble;
    this.device = device;
  }

  /**
   * Where a network looked.
   *
   * @param name {@code mask of attention1}, {@code Grad-CAM gender}, {@code Grad-CAM age group}; where there are several networks behind the
   *     number, from 1, and the architecture: {@code 2 resnet-mini: Grad-CAM gender}
   * @param map of the input's size
   */
  public record View(String name, Heatmap map) {}

  /** The views of a picture of a face, cropped as the model's contract says. */
  public List<View> explain(RgbImage face) {
    return explain(List.of(face)).getFirst();
  }

  /** The views of each picture, in one order; the pictures go through each network as one batch. */
  public List<List<View>> explain(List<RgbImage> faces) {
    var found = new ArrayList<List<View>>();
    faces.forEach(_ -> found.add(new ArrayList<>()));
    var members = ensemble.model().members();
    for (int m = 0; m < members.size() && !faces.isEmpty(); m++) {
      String prefix = members.size() == 1 ? "" : m + 1 + " " + members.get(m).architecture() + ": ";
      var images = AgeGenderEnsemble.prepared(faces, members.get(m).contract());
      var net = ensemble.nets().get(m);
      attention(net, images).forEach(named -> add(found, prefix + named.name, named.maps));
      if (net.plan().gender()) {
        add(found, prefix + "Grad-CAM gender", gradCam(net, images, AgeGenderNet.Output::gender));
      }
      if (net.plan().groups() != null) {
        add(found, prefix + "Grad-CAM age group", gradCam(net, images, AgeGenderNet.Output::group));
      }
    }
    return found;
  }

  private record Named(String name, List<Heatmap> maps) {}

  private static void add(List<List<View>> found, String name, List<Heatmap> maps) {
    for (int i = 0; i < found.size(); i++) {
      found.get(i).add(new View(name, maps.get(i)));
    }
  }

  private List<Named> attention(AgeGenderNet net, HostTensor images) {
    try (var scope = device.scope()) {
      var attended = net.explain(scope.upload(images), Context.eval()).attended();
      return attended.masks().stream().map(m -> new Named("mask of " + m.name(), Explanations.attention(m, images.shape().dim(3)))).toList();
    }
  }

  /** Of the likeliest class of each picture. */
  private List<Heatmap> gradCam(AgeGenderNet net, HostTensor images, Function<AgeGenderNet.Output, Tensor> task) {
    try (var scope = device.scope()) {
      var explained = net.explain(scope.upload(images), Context.evalRecorded());
      var logits = task.apply(explained.output());
      int[] told = likeliest(logits.download().floats(), logits.shape().dim(1));
      var score = Reductions.sum(MarginLogits.atLabels(logits, scope.upload(HostTensor.of(told, told.length))));
      return Explanations.gradCam(explained.attended(), score, images.shape().dim(3));
    }
  }

  private static int[] likeliest(float[] logits, int classes) {
    int[] best = new int[logits.length / classes];
    for (int i = 0; i < best.length; i++) {
      for (int c = 1; c < classes; c++) {
        best[i] = logits[i * classes + c] > logits[i * classes + best[i]] ? c : best[i];
      }
    }
    return best;
  }
}
