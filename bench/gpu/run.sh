#!/usr/bin/env bash
# One call on a machine with a GPU, in under ten minutes: what is there, does it compute right, the best tiles, the bench, a training, and beside
# them PyTorch on the same card where there is one. Tables are left in OUT.
#
#   bench/gpu/run.sh OUT [DEVICE]        DEVICE: opencl:0
#
# Needs what "./mien bench --list" built here before (training/target, bench/target) and a Java 25: in $JAVA (which may be a wrapper that sets up an
# OpenCL loader), otherwise on the PATH. Knobs, in seconds or names of works:
#   TUNE=90  WORKS=...  NETS=...  PRODUCTS=...  MODES="fp32_split tf32 bf16"  BENCH_LIMIT=200  TRAIN=1
set -uo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
[[ $# -ge 1 ]] || { sed -n '2,9p' "$0"; exit 2; }
mkdir -p "$1" && out=$(cd "$1" && pwd)
device=${2:-opencl:0}
java=${JAVA:-java}
works=${WORKS:-gemm_512x512x512,gemm_1024x1024x1024,gemm_2048x2048x2048,conv*_3x3s1_64-64@56,conv*_1x1s1_64-256@56,conv*_1x1s1_256-64@56,\
conv*_3x3s1_128-128@28,conv*_3x3s1_256-256@14,conv*_1x1s1_1024-256@14,conv*_3x3s1_512-512@7,conv*_7x7s2_3-64@224,cefwdbwd*,topkentropy_fwdbwd*,\
bnreluadd_fwdbwd,bnfwdbwd_train,prelufwdbwd,addrelufwd,maxpoolfwdbwd*,sgd_resnet50}
products=${PRODUCTS:-gemm_1024x1024x1024,gemm_2048x2048x2048,conv*_3x3s1_128-128@28,conv*_1x1s1_256-64@56}
nets=${NETS:-resnet18_train_b64,resnet50_train_b64,ir50_train_b256,resnet50_infer_b64}
jvm=(-XX:+UseG1GC -Xmx8g --add-modules jdk.incubator.vector)
bench=("${jvm[@]}" --enable-native-access=ALL-UNNAMED -cp "$(echo "$root"/bench/target/mien-bench-[0-9]*.jar):$root/bench/target/lib/*")
mien=("${jvm[@]}" --enable-native-access=dev.mien.training,dev.mien.kernels.opencl,jocl
  -p "$(echo "$root"/training/target/mien-training-*.jar):$root/training/target/lib" -m dev.mien.training/dev.mien.training.cli.Main)
failed=0

# step NAME LIMIT COMMAND...: its output goes to OUT/NAME.txt and here; a step that fails does not end the others.
step() {
  local name=$1 limit=$2 began=$SECONDS
  shift 2
  echo "== $name"
  timeout "$limit" "$@" >"$out/$name.txt" 2>"$out/$name.err"
  local code=$?
  cat "$out/$name.txt"
  if [[ $code != 0 ]]; then
    failed=1
    echo "$name ended with $code after $((SECONDS - began)) s:"
    tail -n 5 "$out/$name.err"
  else
    echo "($((SECONDS - began)) s)"
  fi
}

step doctor 60 "$java" "${mien[@]}" doctor --device "$device" --seconds 2
step check 120 "$java" "${bench[@]}" dev.mien.bench.BenchMain --device "$device" --check
step tune $((${TUNE:-90} + 60)) "$java" "${mien[@]}" tune --device "$device" --seconds "${TUNE:-90}"
step kernels "${BENCH_LIMIT:-200}" "$java" "${bench[@]}" dev.mien.bench.BenchMain --device "$device" --rounds 3 --only "$works"
for mode in ${MODES-fp32_split tf32 bf16}; do
  step "kernels-$mode" "${BENCH_LIMIT:-200}" "$java" "-Dmien.opencl.precision=$mode" "${bench[@]}" dev.mien.bench.BenchMain --device "$device" --rounds 3 \
    --only "$products"
done
step networks "${BENCH_LIMIT:-200}" "$java" "${bench[@]}" dev.mien.bench.BenchMain --device "$device" --rounds 3 --only "$nets"
if [[ ${TRAIN:-1} == 1 ]]; then
  rm -rf "$out/run"
  step train 120 "$java" "${mien[@]}" train age --data synthetic --preset smoke --device "$device" --out "$out/run"
fi
if python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  step yardstick 120 python3 "$root/bench/gpu/yardstick.py"
else
  echo "== yardstick: not run, there is no PyTorch with CUDA"
fi
exit $failed
