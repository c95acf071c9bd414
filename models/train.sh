#!/usr/bin/env bash
# Makes the built-in models and prints all metrics of MODEL_CARD.md: models/train.sh DATA [WORK]
# DATA is a folder with world/, gtzan/ and more/ (models/training/README.md). WORK keeps what is made
# in between: a stage whose result is there is not repeated. TEACHERS (default: DATA/../models) is a
# folder with mn04_as_mAP_432.pt and audioset_labels.csv; musicnn's wheel is downloaded from PyPI.
# Needs ffmpeg and models/training/requirements.txt. Takes 13 minutes on an H200 for the student,
# beside an hour on two cores; without a GPU, the student takes two days.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
usage="usage: models/train.sh DATA [WORK]"
data=${1:?$usage}
work=${2:-$(mktemp --directory)}
teachers=${TEACHERS:-$data/../models}
programs=$root/models/training
genre=$root/build/release/bin/genre
lists=("$data"/gtzan/splits/{train,valid,test}_filtered.txt)
audio=("$data/world/audio" "$data/world/gtzan_audio")
[[ -d $data/more/audio ]] && audio+=("$data/more/audio")
mkdir -p "$work"

# make RESULT COMMAND...: runs the command, which writes RESULT, if RESULT is not there.
make() {
  [[ -e $1 ]] || "${@:2}"
}

texture() {
  "$genre" features --csv --feature-set texture --augment 3 --output "$work/texture.csv" \
    "${audio[@]}" || [[ $? == 1 ]]  # one file is empty
}

embed() {  # result from options: what a network hears, with genre's own ears
  "$genre" embed --csv --output "$work/$1.csv" "${@:2}" "${audio[@]}" || [[ $? == 1 ]]
}

echo "== what the models learn from"
export XDG_DATA_HOME=$work
make "$work/musicnn-0.1.0-py3-none-any.whl" \
  python3 -m pip download --quiet --no-deps --dest "$work" musicnn==0.1.0
"$genre" model pull mn04 --from "$teachers/mn04_as_mAP_432.pt" >/dev/null
"$genre" model pull musicnn --from "$work/musicnn-0.1.0-py3-none-any.whl" >/dev/null
mn04=(--embedding mn04) musicnn=(--embedding musicnn --outputs hidden,logits)
make "$work/texture.csv" texture
make "$work/mn04.csv" embed mn04 "${mn04[@]}" --excerpts 3
make "$work/mn04_windows.csv" embed mn04_windows "${mn04[@]}" --window 3
make "$work/musicnn.csv" embed musicnn "${musicnn[@]}" --excerpts 10 --seconds 3
make "$work/musicnn_windows.csv" embed musicnn_windows "${musicnn[@]}"
make "$work/heard.npz" "$programs/heard.py" "$data" "$teachers/audioset_labels.csv" "$work" "$work/heard.npz"
make "$work/targets.npz" "$programs/targets.py" "$data" "$work/heard.npz" "$work/targets.npz"
make "$work/spectra.npz" "$programs/data.py" "$data" "$work/spectra.npz"

echo "== the student: of each fold, and on all music, in two runs: the second goes on from the first"
student() {
  "$programs/train.py" "$work/spectra.npz" "$work/targets.npz" "$work/$1" "${@:2}"
}
make "$work/first/5.npz" student first --steps 8500
make "$work/second/5.npz" student second --start "$work/first" --seed 2 --learning-rate 2e-3 --steps 15800

inputs=("$data" "$work/texture.csv" "$work/heard.npz" "$work/targets.npz" "$work/second")
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
