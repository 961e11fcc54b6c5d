package dev.mien.training.facedata;

import dev.mien.models.image.RgbImage;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Templates, each of several pictures and videos of a person, of which pairs are verified and which are looked for in galleries.
 *
 * @param name of the set, for reports
 * @param pictures all of them, by position
 * @param pairs of templates that have a picture
 * @param missingPairs how many were left out, because no picture of a template can be read
 * @param galleries the known people of the searches, disjoint; none where the set brings no searches
 * @param probes who is looked for
 * @param reader the picture at a position, cut to the face; safe for several threads
 */
public record TemplateSet(String name, List<Picture> pictures, TemplatePairs pairs, int missingPairs, List<Roster> galleries, Roster probes,
                          IntFunction<RgbImage> reader) {
  /**
   * @param template the set of pictures it belongs to
   * @param media the photograph or video it is from; one video's pictures share it
   * @param detectorScore how sure the detector of the face was
   */
  public record Picture(String id, int template, int media, float detectorScore) {}

  /** Whom templates show: the subject of each template, in the order of a file. */
  public record Roster(String name, Map<Integer, Integer> subjects) {}

  public TemplateSet {
    pictures = List.copyOf(pictures);
    galleries = List.copyOf(galleries);
  }
}
