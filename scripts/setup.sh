# Sourced by ./run, ./test, ./fuzz/run and .ci/run: installs what is missing (Debian packages) and
# builds.

readonly serve_packages=(
  cmake g++ ninja-build pkg-config
  curl libboost-dev libcli11-dev libcurl4-openssl-dev libexpected-dev libfftw3-dev libfmt-dev libhwy-dev
  libnats-dev libonnx-dev libopencv-dnn-dev libprotobuf-dev libsndfile1-dev libsoxr-dev libspdlog-dev
  libsqlite3-dev libssl-dev libsystemd-dev libtag1-dev libvorbis-dev libxtensor-dev nlohmann-json3-dev
  prometheus-cpp-dev protobuf-compiler
)
# For the page; Node.js may be there from elsewhere, which Debian's npm does not go with.
page_packages=()
if ! command -v node || ! command -v npm; then page_packages+=(nodejs npm); fi >/dev/null
readonly page_packages
readonly train_packages=(libopenblas0-pthread libtorch-dev)
readonly package_packages=(dpkg-dev fakeroot help2man)  # for CPack's packages and the manual in them
readonly test_packages=(
  "${package_packages[@]}" chromium libgmock-dev libgtest-dev make nats-server openssl python3
  python3-jsonschema python3-numpy python3-onnx strace
)
readonly bench_packages=(libbenchmark-dev python3)
readonly fuzz_packages=(clang libclang-rt-dev llvm)  # llvm: the names in the stack of a finding
readonly ci_packages=(clang-format)

# install_packages NAME...: those that are not there yet. Never takes anything away.
install_packages() {
  local missing=() name
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian system: please see to these packages yourself: $*" >&2
    return
  fi
  for name in "$@"; do
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then
      missing+=("$name")
    fi
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  echo "Installing ${missing[*]} ..." >&2
  quietly "${as_root[@]}" apt-get update -qq
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}"
}

# build PRESET [TARGET...]: configures and builds; says nothing when all is well and little is to be
# done.
build() {
  local preset=$1
  shift
  local command=(cmake --build --preset "$preset")
  if (($#)); then command+=(--target "$@"); fi
  quietly cmake --preset "$preset"
  if [[ -t 2 ]]; then
    "${command[@]}" >&2
  else
    quietly "${command[@]}"
  fi
}

# quietly COMMAND...: shows its output only where it fails.
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
