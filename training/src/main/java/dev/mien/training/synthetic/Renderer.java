package dev.mien.training.synthetic;

/** Paints a face from back to front, lights it, takes the picture and develops it. */
final class Renderer {
  private Renderer() {}

  /** RGB bytes of {@code size * size} pixels. */
  static byte[] render(Subject subject, FaceParameters face, int size) {
    var canvas = new Canvas(Math.max(64, size * 2));
    paint(canvas, subject, face);
    var lighting = new Lighting(canvas);
    lighting.light(face.scene());
    var picture = new Camera(size, canvas, lighting, face.scene()).take();
    return new Darkroom(size, face.nuisance()).develop(picture);
  }

  static void paint(Canvas canvas, Subject subject, FaceParameters face) {
    var head = face.head();
    var skin = face.skin();
    new HairPainter(canvas, canvas.height, face.hair(), head).paintBack();
    face.body().paintNeckAndClothes(canvas, skin);
    face.body().paintEars(canvas, head, skin);
    head.paint(canvas, skin.base());
    head.model(canvas, subject);
    float[] skull = canvas.height.clone();
    skin.paint(canvas, subject, head, face.eyes(), face.nose());
    face.nose().paint(canvas);
    face.wrinkles().carve(canvas, subject, face);
    face.mouth().paint(canvas);
    face.eyes().paint(canvas);
    face.beard().paint(canvas, face);
    face.brows().paint(canvas);
    face.glasses().paint(canvas, head, face.eyes());
    new HairPainter(canvas, skull, face.hair(), head).paintFront(face.hat().worn());
    face.hat().paint(canvas, head);
  }
}
