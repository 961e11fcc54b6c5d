package dev.mien.training.synthetic;

/** Everything that one picture shows. */
public record FaceParameters(Head head, Skin skin, Hair hair, Eyes eyes, Brows brows, Nose nose, Mouth mouth,
    Wrinkles wrinkles, Beard beard, Body body, Glasses glasses, Hat hat, Scene scene, Nuisance nuisance) {
  static FaceParameters draw(Subject s) {
    var head = Head.draw(s);
    var skin = Skin.draw(s);
    var hair = Hair.draw(s, head, skin.melanin());
    var mouth = Mouth.draw(s, head, skin.base());
    return new FaceParameters(head, skin, hair, Eyes.draw(s, head, skin), Brows.draw(s, head, hair), Nose.draw(s, head), mouth,
        Wrinkles.draw(s, mouth), Beard.draw(s, hair), Body.draw(s, head), Glasses.draw(s), Hat.draw(s, head), Scene.draw(s),
        Nuisance.draw(s));
  }
}
