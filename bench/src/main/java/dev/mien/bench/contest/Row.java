package dev.mien.bench.contest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;

/**
 * One work at one number of threads, as {@code --json} prints it.
 *
 * @param work its name
 * @param threads how many threads each engine had
 * @param ours our median, in {@code unit}; null when we cannot do it
 * @param unit ms, s or MiB
 * @param peer the median of the better libtorch, for inference of networks also of ONNX Runtime; null without a peer
 * @param peerName whose number that is
 * @param ratio {@code peer / ours}: above 1 we are faster (or smaller)
 * @param peakShare our operations, counted as the direct algorithm's, as a share of the multiply-add peak measured beside each sample
 * @param oursBest our best sample
 * @param peerBest the best sample of that peer
 * @param ratioBest the same of the best samples
 * @param ratioNormalized median over rounds of the ratio of samples each divided by the peak beside it
 * @param peakGflops median of the peak beside our samples
 * @param gigabytesPerSecond bytes that must move once over our median, where bytes are what counts
 * @param rounds how many rounds counted, and how many were made
 * @param samples every contestant's counted samples in the order of the rounds
 * @param peers every peer's median
 * @param missing contestants without a number, and why
 * @param device the device that our own engine computed on
 * @param gflops our operations, counted as the direct algorithm's, over our median, 10^9 a second, where operations are what counts
 * @param copyShare {@code gigabytesPerSecond} as a share of the bandwidth of a large copy on the device
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({"work", "threads", "ours", "unit", "peer", "peerName", "ratio", "peakShare"})
public record Row(String work, int threads, Double ours, String unit, Double peer, String peerName, Double ratio, Double peakShare,
                  Double oursBest, Double peerBest, Double ratioBest, Double ratioNormalized, Double peakGflops,
                  Double gigabytesPerSecond, String rounds, Map<String, List<Double>> samples, Map<String, Double> peers,
                  Map<String, String> missing, String device, Double gflops, Double copyShare) {}
