package dev.mien.models.backbone;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** A network whose last feature map can be had. */
interface FeatureMaps extends Recomputing {
  /** The last map before it is pooled, {@code [N, C, h, w]}. */
  Tensor featureMap(Tensor x, Context context);

  /** Its channels, C. */
  int mapChannels();
}
