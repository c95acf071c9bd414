# Installs missing Debian packages and builds. For ./run, ./test, .ci/run and other scripts, which
# source it and set -euo pipefail.

readonly serve_packages=(
  cmake g++ ninja-build pkg-config
  curl libavcodec-dev libavformat-dev libavutil-dev libboost-dev libbrotli-dev libcli11-dev libcurl4-openssl-dev libeigen3-dev
  libexpected-dev libfftw3-dev libflac-dev libfmt-dev libhwy-dev libmpg123-dev libnats-dev libonnx-dev libopencv-dnn-dev
  libprotobuf-dev libseccomp-dev libsndfile1-dev libsoxr-dev libspdlog-dev libsqlite3-dev libssl-dev
  libswresample-dev libsystemd-dev libtag1-dev libvorbis-dev libxtensor-dev libxxhash-dev libzstd-dev nlohmann-json3-dev
  prometheus-cpp-dev protobuf-compiler zlib1g-dev
)
# For the page. If Node.js comes from another source, Debian's npm cannot be installed beside it.
page_packages=()
if ! command -v node || ! command -v npm; then page_packages+=(nodejs npm); fi >/dev/null
readonly page_packages
readonly train_packages=(libopenblas0-pthread libtorch-dev)  # for `genre train --network dense`
readonly package_packages=(dpkg-dev fakeroot file help2man)  # for the Debian packages and their man pages
readonly test_packages=(
  "${package_packages[@]}" chromium ffmpeg libgmock-dev libgtest-dev make nats-server openssl python3
  python3-brotli python3-dev python3-jsonschema python3-numpy python3-onnx python3-venv python3-zstandard strace
)
readonly bench_packages=(libbenchmark-dev python3)
readonly fuzz_packages=(clang libclang-rt-dev llvm)  # llvm: function names in stack traces
readonly ci_packages=("${fuzz_packages[@]}" clang-format clang-tidy)

# install_packages NAME...: installs the packages that are missing. Never removes a package.
install_packages() {
  local missing=() name
  if ! command -v dpkg-query >/dev/null; then
    echo "This system is not Debian. Please install the equivalents of these packages: $*" >&2
    return
  fi
  for name in "$@"; do
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then
      missing+=("$name")
    fi
  done
  ((${#missing[@]})) || return 0

  local as_root=() start=$SECONDS duration=""
  ((EUID == 0)) || as_root=(sudo)
  ((${#missing[@]} < 10)) || duration=" (2 to 5 minutes)"
  echo "Installing Debian packages$duration: ${missing[*]} ..." >&2
  quietly "${as_root[@]}" apt-get update -qq
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}"
  echo "Installed the packages in $((SECONDS - start)) s." >&2
}

# offer_networks PROGRAM ARGUMENT...: if the arguments choose the model best, which needs a published
# network, and that network is missing, asks on a terminal whether to download it.
offer_networks() {
  local program=$1 reply
  shift
  [[ " $* " == *" --model"[\ =]"best "* && -t 0 && -t 2 ]] || return 0
  if "$program" model best >/dev/null 2>&1; then return 0; fi
  read -rp "The model best needs the network mn04 (4 MB, from github.com). Download it now? [Y/n] " reply || return 0
  if [[ $reply != [nN]* ]]; then "$program" model pull mn04; fi
}

# build PRESET [TARGET...]: configures and builds. Prints nothing if everything is up to date.
build() {
  local preset=$1 start=$SECONDS announced="" log status=0
  shift
  local command=(cmake --build --preset "$preset")
  if (($#)); then command+=(--target "$@"); fi
  log=$(mktemp)
  if [[ ! -e build/$preset/build.ninja ]]; then
    echo "Building genre in build/$preset (5 to 10 minutes the first time) ..." >&2
    announced=yes
  fi
  quietly cmake --preset "$preset" || { rm -f "$log"; return 1; }
  "${command[@]}" </dev/null 2>&1 | tee "$log" | show_progress "$preset" "$announced" || status=$?
  if ((status)); then
    [[ -t 2 ]] || cat "$log" >&2
    echo "failed: ${command[*]}" >&2
  elif [[ $announced ]] || grep -Eq '^\[([2-9]|[1-9][0-9]+)/' "$log"; then
    echo "Built genre in $((SECONDS - start)) s." >&2
  fi
  rm -f "$log"
  return "$status"
}

# show_progress PRESET ANNOUNCED: reads Ninja's output. The first step may be the one that reads the
# commit and always runs, so a second step means that the build has work to do. On a terminal it also
# shows a step counter and the compiler's output.
show_progress() {
  local preset=$1 announced=$2 line counter=""
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
      ((BASH_REMATCH[1] > 1)) || continue
      if [[ ! $announced ]]; then
        echo "Building genre in build/$preset ..." >&2
        announced=yes
      fi
      if [[ -t 2 ]]; then
        counter="step ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
        printf '\r%s\033[K' "$counter" >&2
      fi
    elif [[ -t 2 && $line != "ninja: no work to do." ]]; then
      printf '\r\033[K%s\n' "$line" >&2
    fi
  done
  if [[ $counter ]]; then printf '\r\033[K' >&2; fi
}

# quietly COMMAND...: shows the command's output only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" </dev/null >"$log" 2>&1 || status=$?
  if ((status)); then
    cat "$log" >&2
    echo "failed: $*" >&2
  fi
  rm -f "$log"
  return "$status"
}
