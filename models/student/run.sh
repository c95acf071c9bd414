#!/usr/bin/env bash
# Trains the student and prints every figure of README.md: run.sh DATA MN04 CLASSES MUSICNN WORK
# DATA has world/ and gtzan/; MN04, CLASSES and MUSICNN are the teachers' files (README.md); WORK is
# a folder for what is made in between. Needs ./run's genre program, ffmpeg and requirements.txt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data=${1:?usage: run.sh DATA MN04 CLASSES MUSICNN WORK} mn04=$2 classes=$3 musicnn=$4 work=$5
mkdir -p "$work"

"$here/../../build/release/bin/genre" features --csv --feature-set texture \
  --output "$work/texture.csv" "$data/world/audio" "$data/world/gtzan_audio" || [[ $? == 1 ]]  # one file is empty
"$here/data.py" "$data" "$work/spectra.npz"
"$here/teachers.py" "$data" "$mn04" "$classes" "$musicnn" "$work/teachers.npz"
"$here/targets.py" "$data" "$work/teachers.npz" "$work/targets.npz"
"$here/train.py" "$work/spectra.npz" "$work/targets.npz" "$work/students"
"$here/evaluate.py" "$data" "$work/texture.csv" "$work/teachers.npz" "$work/students"
"$here/export.py" "$work/students/5.pt" "$work/student.onnx"
