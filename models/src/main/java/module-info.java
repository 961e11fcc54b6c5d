/** Backbones, losses, images and predictors. */
module dev.mien.models {
  requires transitive dev.mien.engine;
  requires java.desktop;
}
