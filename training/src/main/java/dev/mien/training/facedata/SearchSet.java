package dev.mien.training.facedata;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Faces to be found by name among the faces of a gallery.
 *
 * @param name of the set, for reports
 * @param faces the gallery first, then the probes
 * @param gallery how many of them are the gallery
 * @param reader the picture of a face by its position; safe for several threads
 * @param missing pictures that were left out because they are broken, named
 */
public record SearchSet(String name, List<Face> faces, int gallery, IntFunction<RgbImage> reader, List<String> missing) {
  /** The identity of those whom no probe shows. */
  public static final int DISTRACTOR = -100;

  /**
   * @param id where the picture comes from
   * @param identity who it shows, 0 or greater, or {@link #DISTRACTOR}
   */
  public record Face(String id, int identity) {}

  public SearchSet {
    faces = List.copyOf(faces);
    missing = List.copyOf(missing);
    if (gallery < 1 || gallery >= faces.size()) {
      throw new MienException("[data] " + name + " has a gallery of " + gallery + " pictures and " + (faces.size() - gallery)
          + " to look for in it; expected some of each");
    }
  }

  /** Number of faces that are looked for. */
  public int probes() {
    return faces.size() - gallery;
  }
}
