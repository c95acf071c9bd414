#!/usr/bin/env bash
# Makes the built-in models and prints all metrics of MODEL_CARD.md: models/train.sh DATA [WORK]
# DATA is a folder with world/ and gtzan/ (models/training/README.md). WORK keeps what is made in
# between: a stage whose result is there is not repeated. TEACHERS (default: DATA/../models) is a
# folder with mn04_as_mAP_432.pt and audioset_labels.csv; musicnn's wheel is downloaded from PyPI.
# Needs ffmpeg and models/training/requirements.txt. Takes two minutes on an H100, beside ten on
# the CPU; without a GPU about ten hours.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
usage="usage: models/train.sh DATA [WORK]"
data=${1:?$usage}
work=${2:-$(mktemp --directory)}
teachers=${TEACHERS:-$data/../models}
programs=$root/models/training
genre=$root/build/release/bin/genre
lists=("$data"/gtzan/splits/{train,valid,test}_filtered.txt)
mkdir -p "$work"

# make RESULT COMMAND...: runs the command, which writes RESULT, if RESULT is not there.
make() {
  [[ -e $1 ]] || "${@:2}"
}

texture() {
  "$genre" features --csv --feature-set texture --output "$work/texture.csv" \
    "$data/world/audio" "$data/world/gtzan_audio" || [[ $? == 1 ]]  # one file is empty
}

student() {  # from weights to weights, in two runs: the second starts from the first
  "$programs/train.py" "$work/spectra.npz" "$work/targets.npz" "$work/$1" --folds 5 --in-process "${@:2}"
}

echo "== what the models learn from"
make "$work/texture.csv" texture
make "$work/spectra.npz" "$programs/data.py" "$data" "$work/spectra.npz"
make "$work/musicnn-0.1.0-py3-none-any.whl" \
  python3 -m pip download --quiet --no-deps --dest "$work" musicnn==0.1.0
make "$work/teachers.npz" "$programs/teachers.py" "$data" "$teachers/mn04_as_mAP_432.pt" \
  "$teachers/audioset_labels.csv" "$work/musicnn-0.1.0-py3-none-any.whl" "$work/teachers.npz"
make "$work/targets.npz" "$programs/targets.py" "$data" "$work/teachers.npz" "$work/targets.npz"

echo "== the student: of each fold, and on all music"
make "$work/folds" "$programs/train.py" "$work/spectra.npz" "$work/targets.npz" "$work/folds" \
  --folds 0 1 2 3 4
make "$work/first" student first --steps 2532
make "$work/second" student second --steps 1500 --start "$work/first/5.pt" --seed 2 \
  --learning-rate 2e-3

embed() {  # network from options: what best hears of whole excerpts, with genre's own ears
  XDG_DATA_HOME=$work "$genre" model pull "$1" --from "$2" >/dev/null
  XDG_DATA_HOME=$work "$genre" embed --embedding "$1" --excerpts 3 "${@:3}" --csv \
    --output "$work/$1.csv" "$data/world/audio" "$data/world/gtzan_audio" || [[ $? == 1 ]]
}
make "$work/mn04.csv" embed mn04 "$teachers/mn04_as_mAP_432.pt"
make "$work/musicnn.csv" embed musicnn "$work/musicnn-0.1.0-py3-none-any.whl" \
  --outputs hidden,logits --seconds 3
make "$work/heard.npz" "$programs/heard.py" "$data" "$work/teachers.npz" "$work/mn04.csv" \
  "$work/musicnn.csv" "$work/heard.npz"

inputs=("$data" "$work/texture.csv" "$work/heard.npz" "$work/targets.npz" "$work/folds")
echo "== default and best: music whose source and whose artists were unknown in training"
"$programs/evaluate.py" "${inputs[@]}"
"$programs/ship.py" "${inputs[@]}" "$work/second/5.pt" "$root/models"

train() { "$root/run" train --seed 1 "$@"; }
echo "== seed: 3200 training clips and 800 validation clips, as in the published figure"
train --features "$data/gtzan/gtzan26_3s.csv" --network dense --train-clips 3200 \
  --validation-clips 800 --output "$work/published.onnx"

echo "== seed: 9000 training clips and 988 validation clips, and the fault-filtered lists"
train --features "$data/gtzan/gtzan26_3s.csv" --network dense --train-clips 9000 \
  --validation-clips 988 --split-files "${lists[@]}" --split-name fault-filtered \
  --name gtzan26-seed --output "$root/models/seed.onnx"

echo "== both models: altered recordings"
for model in default seed; do
  "$root/models/robustness.py" --genre "$genre" --model "$root/models/$model.onnx" \
    "$data/gtzan/clips"
done

echo "== default: audio that is not music, and music of other genres"
"$root/models/unknown.py" --genre "$genre" --model "$root/models/default.onnx"
