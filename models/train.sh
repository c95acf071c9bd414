#!/usr/bin/env bash
# Trains the built-in models and prints all metrics of MODEL_CARD.md: models/train.sh DATA [SEED]
# DATA is a folder with logmel_u8.npy and tracks.csv (log-mel spectrograms instead of audio),
# gtzan26_3s.csv (the 26 features of 3-second windows), splits/{train,valid,test}_filtered.txt
# (Kereliuk, Sturm and Larsen 2015) and clips/ (real audio clips). Takes about twelve minutes.
# With a SEED other than 1, the files in models/ are not overwritten.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${1:?usage: models/train.sh DATA [SEED]}
seed=${2:-1}
lists=("$data"/splits/{train,valid,test}_filtered.txt)
work=$(mktemp --directory)
trap 'rm -r "$work"' EXIT
models=$work
[[ $seed != 1 ]] || models=$root/models

train() { "$root/run" train --seed "$seed" "$@"; }

echo "== default: fault-filtered lists"
train "$data" --protocol split-file --split-files "${lists[@]}" --split-name fault-filtered \
  --group artist --name texture-lda --output "$models/default.onnx"

echo "== default: cross-validation by artist"
train "$data" --protocol k-fold --group artist --output "$work/artist.onnx"

echo "== default: cross-validation by track"
train "$data" --protocol k-fold --group track --output "$work/track.onnx"

echo "== seed: 3200 training clips and 800 validation clips, as in the published figure"
train --features "$data/gtzan26_3s.csv" --network dense --train-clips 3200 --validation-clips 800 \
  --output "$work/published.onnx"

echo "== seed: 9000 training clips and 988 validation clips, and the fault-filtered lists"
train --features "$data/gtzan26_3s.csv" --network dense --train-clips 9000 --validation-clips 988 \
  --split-files "${lists[@]}" --split-name fault-filtered --name gtzan26-seed \
  --output "$models/seed.onnx"

echo "== both models: altered recordings"
for model in default seed; do
  "$root/models/robustness.py" --genre "$root/build/release/bin/genre" \
    --model "$models/$model.onnx" "$data/clips"
done

echo "== default: audio that is not music, and music of other genres"
"$root/models/unknown.py" --genre "$root/build/release/bin/genre" --model "$models/default.onnx"
