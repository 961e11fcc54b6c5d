/** Data sets, training loops, reports, and the programs of the reproductions. */
module dev.mien.training {
  requires transitive dev.mien.models;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires com.fasterxml.jackson.databind;
  requires org.apache.commons.csv;
  requires java.desktop;
  requires java.management;
  requires jdk.management;

  // picocli reads and writes the annotated fields of the commands; Jackson reads the records that --json prints.
  opens dev.mien.training.command to info.picocli;
  opens dev.mien.training.cli to info.picocli, com.fasterxml.jackson.databind;
  opens dev.mien.training.loop to info.picocli, com.fasterxml.jackson.databind;
  opens dev.mien.training.run to com.fasterxml.jackson.databind;

  exports dev.mien.training.data;
  exports dev.mien.training.facedata;
  exports dev.mien.training.metrics;
  exports dev.mien.training.verification;
  opens dev.mien.training.face to info.picocli, com.fasterxml.jackson.databind;
  opens dev.mien.training.recognition to info.picocli, com.fasterxml.jackson.databind;
  opens dev.mien.training.agegender to info.picocli, com.fasterxml.jackson.databind;
  opens dev.mien.training.age to info.picocli, com.fasterxml.jackson.databind;
  opens dev.mien.training.explain to info.picocli, com.fasterxml.jackson.databind;
}
