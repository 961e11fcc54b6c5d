/** Data sets, training loops, reports, and the programs of the reproductions. */
module dev.mien.training {
  requires dev.mien.models;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires com.fasterxml.jackson.databind;
  requires org.apache.commons.csv;
  requires java.desktop;
}
