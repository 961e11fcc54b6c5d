package dev.mien.training.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/**
 * Joins images that must stay on one side of a split: those of one given group (person, minute of a session), those whose files
 * are byte-identical, and near-duplicates ({@link ImageSignature#isNear}). A group is named by its first member in sorted order.
 */
final class DuplicateGroups {
  private final int[] parent;
  private final int[] exactOf;
  private final int[] nearOf;

  /** Signatures and group keys in sorted order of the images' ids. */
  DuplicateGroups(List<ImageSignature> signatures, List<String> groups) {
    int n = signatures.size();
    parent = new int[n];
    exactOf = new int[n];
    nearOf = new int[n];
    Arrays.setAll(parent, i -> i);
    Arrays.fill(exactOf, -1);
    Arrays.fill(nearOf, -1);
    joinEqual(groups, null);
    joinEqual(signatures.stream().map(ImageSignature::bytesHash).toList(), exactOf);
    joinNear(signatures);
  }

  /** The first member of the group of image i. */
  int first(int i) {
    while (parent[i] != i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  }

  /** An earlier image that is byte-identical, or -1. */
  int exactDuplicateOf(int i) {
    return exactOf[i];
  }

  /** An earlier image that is nearly but not exactly the same, or -1. */
  int nearDuplicateOf(int i) {
    return nearOf[i];
  }

  private void join(int a, int b) {
    int x = first(a);
    int y = first(b);
    parent[Math.max(x, y)] = Math.min(x, y);
  }

  private void joinEqual(List<String> keys, int[] earlier) {
    var firstWith = new HashMap<String, Integer>();
    for (int i = 0; i < keys.size(); i++) {
      var first = firstWith.putIfAbsent(keys.get(i), i);
      if (first != null) {
        join(first, i);
        if (earlier != null) {
          earlier[i] = first;
        }
      }
    }
  }

  /** All pairs: for 24,000 images 6e8 exclusive-ors and bit counts, about a second. */
  private void joinNear(List<ImageSignature> signatures) {
    var hashes = signatures.stream().mapToLong(ImageSignature::differenceHash).toArray();
    for (int i = 1; i < hashes.length; i++) {
      if (exactOf[i] >= 0) {
        continue;
      }
      long hash = hashes[i];
      long mirrored = signatures.get(i).mirroredHash();
      for (int j = 0; j < i; j++) {
        int distance = Math.min(Long.bitCount(hash ^ hashes[j]), Long.bitCount(mirrored ^ hashes[j]));
        if (distance <= ImageSignature.MAX_HASH_DISTANCE && exactOf[j] < 0 && signatures.get(j).isNear(signatures.get(i))) {
          join(j, i);
          if (nearOf[i] < 0) {
            nearOf[i] = j;
          }
        }
      }
    }
  }
}
