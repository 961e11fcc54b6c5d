package dev.mien.training.recognition;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.models.face.FaceEmbedding;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import dev.mien.training.command.Console;
import dev.mien.training.command.Interrupt;
import dev.mien.training.data.EachOnce;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.face.Skipped;
import dev.mien.training.recognition.Pictures.Picture;
import java.util.ArrayList;
import java.util.List;

/** Embeds pictures batch by batch, with progress: only one batch is in memory. */
final class Embedding {
  static final int BATCH = 32;

  private Embedding() {}

  /** A picture and its embedding, or the reason why there is none. */
  record Done(Picture picture, FaceEmbedding embedding, String why) {
    Skipped skipped() {
      return new Skipped(picture.source(), why);
    }
  }

  /** Takes a batch, in the pictures' order. */
  @FunctionalInterface
  interface Sink {
    void accept(List<Done> batch);
  }

  /**
   * Embeds the pictures until the end or an interrupt.
   *
   * @param alreadyDone how many were embedded before, for the progress
   * @return how many were taken
   */
  static int run(FaceEmbedder embedder, List<Picture> pictures, int alreadyDone, Console console, Sink sink) {
    try (var interrupt = Interrupt.listen();
        var progress = console.progress("embed", (long) alreadyDone + pictures.size(), "images", alreadyDone)) {
      int at = 0;
      for (; at < pictures.size() && !interrupt.requested(); at = Math.min(at + BATCH, pictures.size())) {
        var batch = pictures.subList(at, Math.min(at + BATCH, pictures.size()));
        sink.accept(embed(embedder, batch));
        progress.step(batch.size(), "");
      }
      return at;
    }
  }

  /** Embeds a batch; a picture that cannot be read is told, not thrown. */
  static List<Done> embed(FaceEmbedder embedder, List<Picture> batch) {
    var images = new RgbImage[batch.size()];
    var why = new String[batch.size()];
    EachOnce.run("reading pictures", batch.size(), OpenOptions.defaults().threads(), (done, count) -> { }, i -> {
      try {
        images[i] = ImageTransforms.squared(batch.get(i).read());
      } catch (MienException e) {
        why[i] = e.getMessage();
      }
    });
    var readable = new ArrayList<RgbImage>();
    for (var image : images) {
      if (image != null) {
        readable.add(image);
      }
    }
    var embeddings = embedder.embed(readable).iterator();
    var done = new ArrayList<Done>();
    for (int i = 0; i < images.length; i++) {
      var embedding = images[i] == null ? null : embeddings.next();
      boolean finite = embedding == null || Double.isFinite(embedding.norm()) && Float.isFinite(embedding.direction()[0]);
      done.add(new Done(batch.get(i), finite ? embedding : null, finite ? why[i] : "its embedding is not finite: is the model damaged?"));
    }
    return done;
  }

  /** Names what was left out: the first few one by one, and their count. */
  static void tell(List<Skipped> skipped, Console console) {
    skipped.stream().limit(10).forEach(s -> console.note("mien: skipped " + s.file() + ": " + s.why()));
    if (!skipped.isEmpty()) {
      console.note(skipped.size() + (skipped.size() == 1 ? " picture was" : " pictures were") + " skipped"
          + (skipped.size() > 10 ? "; --json names them all" : ""));
    }
  }
}
