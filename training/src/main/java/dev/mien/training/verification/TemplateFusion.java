package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * One embedding for each template (several pictures and videos of a person), by the IJB protocol: the mean over the pictures of a
 * medium, so that a long video weighs no more than a photograph, the sum over the media, unit length.
 *
 * <pre>t = normalise( sum_media mean_{x in medium} |z(x)| e(x) )</pre>
 *
 * with |z(x)| the length of a picture's feature before it was normalised, so that blurred pictures count less; with 1 in its place all weigh alike.
 *
 * <p>Pictures come one by one in any order and are not kept; the memory is that of the templates.
 *
 * <pre>{@code
 * var fusion = new TemplateFusion(templateIds, mediaIds, 512);
 * for (int i = 0; i < templateIds.length; i++) fusion.add(i, embedding(i), norm(i));
 * var templates = fusion.templates();
 * }</pre>
 */
public final class TemplateFusion {
  /**
   * The templates.
   *
   * @param embeddings unit rows [T, D]
   * @param rows row of each template id
   */
  public record Templates(Embeddings embeddings, Map<Integer, Integer> rows) {
    /** The row of a template id; an id that no picture has is refused. */
    public int row(int template) {
      Integer row = rows.get(template);
      if (row == null) {
        throw new MienException("[verification] template " + template + " has no picture among the " + rows.size()
            + " templates; expected one that the list of pictures names. Do both files belong to the same protocol?");
      }
      return row;
    }
  }

  private record Medium(int template, int medium) {}

  private final int[] templates;
  private final int[] media;
  private final int dimension;
  private final Map<Medium, Integer> pictures = new HashMap<>();
  private final Map<Integer, Integer> rows = new HashMap<>();
  private final BitSet added = new BitSet();
  private final double[] sums;

  /**
   * @param templates template id of each picture, those without a face left out
   * @param media media id of each picture; pictures of one template and one id are averaged
   * @param dimension D
   */
  public TemplateFusion(int[] templates, int[] media, int dimension) {
    Embeddings.sameCount("media ids", media.length, "template ids", templates.length);
    this.templates = templates.clone();
    this.media = media.clone();
    this.dimension = dimension;
    for (int i = 0; i < templates.length; i++) {
      pictures.merge(new Medium(templates[i], media[i]), 1, Integer::sum);
      rows.putIfAbsent(templates[i], rows.size());
    }
    sums = new double[rows.size() * dimension];
  }

  /**
   * Adds a picture, once.
   *
   * @param picture its place in the lists of ids
   * @param embedding its unit embedding, of D values; copied
   * @param norm its length before it was normalised
   */
  public void add(int picture, float[] embedding, double norm) {
    if (picture < 0 || picture >= templates.length || added.get(picture) || embedding.length != dimension) {
      throw new MienException("[verification] picture " + picture + " with " + embedding.length + " values "
          + (picture >= 0 && added.get(picture) ? "was added before" : "does not fit") + "; expected each of the "
          + templates.length + " pictures once, with " + dimension + " values");
    }
    added.set(picture);
    int count = pictures.get(new Medium(templates[picture], media[picture]));
    double factor = norm / count;
    int row = rows.get(templates[picture]) * dimension;
    for (int j = 0; j < dimension; j++) {
      sums[row + j] += factor * embedding[j];
    }
  }

  /** The finished templates; every picture must have been added, for the averages count on it. */
  public Templates templates() {
    int missing = added.nextClearBit(0);
    if (missing < templates.length) {
      throw new MienException("[verification] " + (templates.length - added.cardinality()) + " of " + templates.length
          + " pictures were not added, the first of them " + missing
          + "; expected all. Leave pictures without a face out of the lists of ids, and name them as missing.");
    }
    float[] values = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      values[i] = (float) sums[i];
    }
    return new Templates(new Embeddings(values, dimension).normalized(), Map.copyOf(rows));
  }
}
