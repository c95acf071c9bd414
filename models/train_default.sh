#!/usr/bin/env bash
# Makes default.onnx and the figures of MODEL_CARD.md: models/train_default.sh DATA [SEED]
# DATA is a folder with gtzan26_3s.csv (columns track, genre and the 26 features of 3-second windows)
# and splits/{train,valid,test}_filtered.txt (Kereliuk, Sturm and Larsen 2015).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${1:?usage: models/train_default.sh DATA [SEED]}
seed=${2:-1}

echo "== the published figure's sizes: 3200 clips to train, 800 to validate"
"$root/run" train --features "$data/gtzan26_3s.csv" --train-clips 3200 --validation-clips 800 \
  --seed "$seed" --output "$(mktemp --suffix=.onnx)"

echo "== the built-in model: 9000 clips to train, 988 to validate"
"$root/run" train --features "$data/gtzan26_3s.csv" --train-clips 9000 --validation-clips 988 \
  --split-files "$data"/splits/{train,valid,test}_filtered.txt --split-name fault-filtered \
  --seed "$seed" --output "$root/models/default.onnx"
