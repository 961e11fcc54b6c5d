package dev.mien.bench.architecture;

import static dev.mien.bench.architecture.Ban.allow;
import static dev.mien.bench.architecture.House.CLASSES;
import static dev.mien.bench.architecture.House.within;

import org.junit.jupiter.api.Test;

/** What no code of the house does, and the few reasoned exceptions. {@link PlantedOffencesTest} shows that each ban finds its offence. */
class ForbiddenCallsTest {
  @Test
  void noJavaSerialization() {
    Bans.SERIALIZATION.check(CLASSES);
  }

  @Test
  void noReflectionBehindTheCompilersBack() {
    Bans.REFLECTION.check(CLASSES);
  }

  @Test
  void noOtherProcess() {
    Bans.withAllowances(Bans.PROCESSES,
        allow("bench.worker.", "each engine is measured in a process of its own")).check(CLASSES);
  }

  @Test
  void onlyMainsEndTheJvmOrPrint() {
    Bans.withAllowances(Bans.TERMINAL,
        allow("training.cli.StandardError", "gives standard error back to the terminal"),
        allow("training.cli.RootCommand", "shows the help of the bare word mien"),
        allow("training.command.MienCommand", "hands the standard streams to the console of a command"),
        allow("training.command.CommandRunner", "tells a user's mistake in one line, and flushes"),
        allow("bench.", "benchmarks print")).check(CLASSES);
  }

  @Test
  void randomnessOnlyThroughRng() {
    Bans.RANDOMNESS.check(CLASSES);
  }

  @Test
  void noClockInEngineAndModels() {
    new Ban(Bans.CLOCK.rule(), Offences.in(p -> within(p, "dev.mien.engine") || within(p, "dev.mien.models"), Bans.CLOCK.offences()))
        .check(CLASSES);
  }

  @Test
  void noTranscendentalVectorMethods() {
    Bans.VECTOR_POW.check(CLASSES);
  }

  @Test
  void noCommonPool() {
    Bans.COMMON_POOL.check(CLASSES);
  }

  @Test
  void threadsOnlyFromTheirOwners() {
    Bans.withAllowances(Bans.THREADS,
        allow("kernels.simd.Workers", "the workers of the back-end"),
        allow("models.image.Deadline", "a decoder that hangs is abandoned after its time"),
        allow("training.data.BatchLoader", "the loader's threads"),
        allow("training.data.ImageScan", "looks at every picture of a data set once, when it is opened"),
        allow("training.data.EachOnce", "slow work on every picture of a set, once, when it is opened"),
        allow("training.command.Interrupt", "the shutdown hook that lets Ctrl-C save")).check(CLASSES);
  }

  @Test
  void picturesAreDecodedInOnePlace() {
    Bans.withAllowances(Bans.DECODING,
        allow("models.image.Readers", "ImageDecoder's choice of reader"),
        allow("models.image.JpegPixels", "ImageDecoder's JPEG branch"),
        allow("models.image.PngPixels", "ImageDecoder's PNG branch"),
        allow("models.image.CancellableInput", "the stream that ImageDecoder gives to a reader"),
        allow("models.image.ImageEncoder", "writes pictures and reads none")).check(CLASSES);
  }

  @Test
  void filesAreWrittenByOneClass() {
    Bans.withAllowances(Bans.FILE_WRITING,
        allow("kernels.files.SystemFileLayer", "what AtomicFiles writes with"),
        allow("training.run.MetricsCsv", "appends a line an epoch; a torn last line is dropped on resume"),
        allow("training.run.EventWriter", "appends records that carry their own checksums"),
        allow("engine.io.LockFile", "an empty file that is locked"),
        allow("engine.io.SafeTensorsFile", "only reads; a channel would be closed by an interrupt"),
        allow("training.command.CommandRunner", "the log of an error of ours, into the folder for temporary files"),
        allow("bench.worker.WorkerProcess", "what an engine says on standard error, into the folder for temporary files")).check(CLASSES);
  }
}
