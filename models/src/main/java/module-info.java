/** Backbones, losses, images and predictors. */
module dev.mien.models {
  requires transitive dev.mien.engine;
  requires java.desktop;

  exports dev.mien.models.age;
  exports dev.mien.models.agegender;
  exports dev.mien.models.backbone;
  exports dev.mien.models.explain;
  exports dev.mien.models.face;
  exports dev.mien.models.head;
  exports dev.mien.models.image;
  exports dev.mien.models.loss;
}
