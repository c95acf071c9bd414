#!/usr/bin/env bash
# Makes the built-in models and every figure of MODEL_CARD.md: models/train.sh DATA [SEED]
# DATA is a folder with logmel_u8.npy and tracks.csv (log-mel spectrograms in place of audio),
# gtzan26_3s.csv (the 26 features of 3-second windows), splits/{train,valid,test}_filtered.txt
# (Kereliuk, Sturm and Larsen 2015) and clips/ (some real ones). Takes about twelve minutes.
# With a SEED other than 1 nothing in models/ is overwritten.
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

echo "== default: cross-validation, artists apart"
train "$data" --protocol k-fold --group artist --output "$work/artist.onnx"

echo "== default: cross-validation, tracks apart"
train "$data" --protocol k-fold --output "$work/track.onnx"

echo "== seed: the published figure's sizes, 3200 clips to train, 800 to validate"
train --features "$data/gtzan26_3s.csv" --train-clips 3200 --validation-clips 800 \
  --output "$work/published.onnx"

echo "== seed: 9000 clips to train, 988 to validate, and the fault-filtered lists"
train --features "$data/gtzan26_3s.csv" --train-clips 9000 --validation-clips 988 \
  --split-files "${lists[@]}" --split-name fault-filtered --name gtzan26-seed \
  --output "$models/seed.onnx"

echo "== both: recordings changed"
for model in default seed; do
  "$root/models/robustness.py" --genre "$root/build/release/bin/genre" \
    --model "$models/$model.onnx" "$data/clips"
done

echo "== default: no music, and music of other kinds"
"$root/models/unknown.py" --genre "$root/build/release/bin/genre" --model "$models/default.onnx"
