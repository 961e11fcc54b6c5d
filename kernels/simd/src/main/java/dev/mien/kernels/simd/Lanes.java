package dev.mien.kernels.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** The one vector shape of this process. Constants, because a species that is no constant costs a factor of 70. */
final class Lanes {
  /** Channels in a block of an IMAGE, and virtual partial sums of a reduction, at every vector width. */
  static final int BLOCK = 16;

  /** Vector width: 128, 256 or 512. */
  static final int BITS = Tier.chooseBits();

  static final VectorSpecies<Float> F = switch (BITS) {
    case 512 -> FloatVector.SPECIES_512;
    case 256 -> FloatVector.SPECIES_256;
    default -> FloatVector.SPECIES_128;
  };

  static final VectorSpecies<Integer> I = switch (BITS) {
    case 512 -> IntVector.SPECIES_512;
    case 256 -> IntVector.SPECIES_256;
    default -> IntVector.SPECIES_128;
  };

  /** Floats in a vector; divides {@link #BLOCK}. */
  static final int COUNT = BITS / 32;

  /** Less than a block to a vector, and 16 registers: tiles of six rows and two vectors. */
  static final boolean NARROW = COUNT < BLOCK;

  private Lanes() {}
}
