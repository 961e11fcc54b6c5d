package dev.mien.training.synthetic;

/** Paints a face from back to front, lights it, takes the picture and develops it. */
final class Renderer {
  private Renderer() {}

  /** RGB bytes of {@code size * size} pixels. */
  static byte[] render(Subject subject, FaceParameters face, int size) {
    var canvas = new Canvas(texels(size));
    paint(canvas, subject, face);
    var lighting = new Lighting(canvas);
    lighting.light(face.scene());
    var picture = new Camera(size, canvas, lighting, face.scene()).take();
    return new Darkroom(size, face.nuisance()).develop(picture);
  }

  /** Texels along a side of the canvas for a picture of so many pixels. */
  static int texels(int size) {
    return Math.max(64, size * 2);
  }

  static void paint(Canvas canvas, Subject subject, FaceParameters face) {
    paintWithout(null, canvas, subject, face);
  }

  /** @param left out of the painting; null for nothing */
  static void paintWithout(Cue left, Canvas canvas, Subject subject, FaceParameters face) {
    var head = face.head();
    var skin = face.skin();
    if (left != Cue.HAIR) {
      new HairPainter(canvas, canvas.height, face.hair(), head).paintBack();
    }
    face.body().paintNeckAndClothes(canvas, skin);
    face.body().paintEars(canvas, head, skin);
    head.paint(canvas, skin.base());
    head.model(canvas, subject);
    float[] skull = canvas.height.clone();
    skin.paint(canvas, subject, head, face.eyes(), face.nose());
    face.nose().paint(canvas);
    if (left != Cue.CREASES) {
      face.wrinkles().carve(canvas, subject, face);
    }
    if (left != Cue.MOUTH) {
      face.mouth().paint(canvas);
    }
    if (left != Cue.EYES) {
      face.eyes().paint(canvas);
    }
    if (left != Cue.BEARD) {
      face.beard().paint(canvas, face);
    }
    if (left != Cue.BROWS) {
      face.brows().paint(canvas);
    }
    face.glasses().paint(canvas, head, face.eyes());
    if (left != Cue.HAIR) {
      new HairPainter(canvas, skull, face.hair(), head).paintFront(face.hat().worn());
    }
    face.hat().paint(canvas, head);
  }
}
