// Runs genre's front ends and per-frame features for Python's tests. Each line of the standard
// input is a call in JSON: {"call": "mfcc", "y": FILE, "parameters": {"n_mfcc": 13}}, where FILE
// has float32 samples. For each call it writes a line {"shape": [...], "dtype": ...} or {"error":
// ...} and the values, row-major.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genre/frontend.h"
#include "genre/librosa.h"

namespace genre::test {
namespace {

using Json = nlohmann::json;

std::vector<float> read_floats(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<float> values(bytes.size() / sizeof(float));
  bytes.copy(reinterpret_cast<char*>(values.data()), values.size() * sizeof(float));
  return values;
}

// Sets target to parameters[name], if it is given.
template <typename T>
void set(const Json& parameters, const char* name, T& target) {
  if (parameters.contains(name)) target = parameters.at(name).get<T>();
}

void set(const Json& parameters, const char* name, std::optional<double>& target) {
  if (!parameters.contains(name)) return;
  const Json& value = parameters.at(name);
  target = value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

librosa::StftOptions stft_options(const Json& p) {
  librosa::StftOptions options;
  set(p, "n_fft", options.n_fft);
  set(p, "hop_length", options.hop_length);
  set(p, "win_length", options.win_length);
  set(p, "center", options.center);
  if (p.contains("window")) options.window = *parse_window(p.at("window").get<std::string>());
  if (p.contains("pad_mode")) {
    options.pad_mode = *parse_pad_mode(p.at("pad_mode").get<std::string>());
  }
  return options;
}

librosa::SpectralOptions spectral_options(const Json& p) {
  librosa::SpectralOptions options{.stft = stft_options(p)};
  set(p, "sr", options.sr);
  return options;
}

librosa::MelOptions mel_options(const Json& p) {
  librosa::MelOptions options;
  options.stft = stft_options(p);
  set(p, "sr", options.sr);
  set(p, "power", options.power);
  set(p, "n_mels", options.n_mels);
  set(p, "fmin", options.fmin);
  set(p, "fmax", options.fmax);
  set(p, "htk", options.htk);
  if (p.contains("mel_norm") && p.at("mel_norm").is_null()) options.norm = MelNorm::kNone;
  return options;
}

librosa::DbOptions db_options(const Json& p, double amin) {
  librosa::DbOptions options{.ref = 1, .amin = amin, .top_db = 80};
  set(p, "ref", options.ref);
  set(p, "amin", options.amin);
  set(p, "top_db", options.top_db);
  return options;
}

librosa::FrameOptions frame_options(const Json& p) {
  librosa::FrameOptions options;
  set(p, "frame_length", options.frame_length);
  set(p, "hop_length", options.hop_length);
  set(p, "center", options.center);
  return options;
}

librosa::ChromaOptions chroma_options(const Json& p) {
  librosa::ChromaOptions options;
  options.stft = stft_options(p);
  set(p, "sr", options.sr);
  set(p, "tuning", options.tuning);
  set(p, "n_chroma", options.n_chroma);
  if (p.contains("norm")) {
    options.norm = p.at("norm").is_null() ? librosa::ChromaNorm::kNone
                   : p.at("norm") == 1    ? librosa::ChromaNorm::kL1
                   : p.at("norm") == 2    ? librosa::ChromaNorm::kL2
                                          : librosa::ChromaNorm::kMax;
  }
  return options;
}

librosa::OnsetOptions onset_options(const Json& p) {
  librosa::OnsetOptions options;
  options.mel = mel_options(p);
  options.mel.stft.center = true;  // librosa's center is that of the envelope
  set(p, "lag", options.lag);
  set(p, "max_size", options.max_size);
  set(p, "detrend", options.detrend);
  set(p, "center", options.center);
  return options;
}

Result<Matrix<float>> mfcc(std::span<const float> y, const Json& p) {
  librosa::MfccOptions options;
  options.mel = mel_options(p);
  set(p, "n_mfcc", options.n_mfcc);
  set(p, "dct_type", options.dct_type);
  set(p, "lifter", options.lifter);
  if (p.contains("norm")) options.ortho = !p.at("norm").is_null();
  return librosa::mfcc(y, options);
}

Result<Matrix<float>> tempo(std::span<const float> y, const Json& p) {
  librosa::OnsetOptions onsets;
  librosa::TempoOptions options;
  set(p, "sr", options.sr);
  set(p, "hop_length", options.hop_length);
  set(p, "start_bpm", options.start_bpm);
  set(p, "std_bpm", options.std_bpm);
  set(p, "ac_size", options.ac_size);
  set(p, "max_tempo", options.max_tempo);
  onsets.mel.sr = options.sr;
  onsets.mel.stft.hop_length = options.hop_length;
  const auto envelope = librosa::onset_strength(y, onsets);
  if (!envelope) return tl::make_unexpected(envelope.error());
  return librosa::tempo(envelope->values, options).map([](double bpm) {
    Matrix<float> result(1, 1);
    result.values[0] = static_cast<float>(bpm);
    return result;
  });
}

Result<Matrix<float>> frontend(std::span<const float> y, const Json& p) {
  const NamedFrontend* named = find_frontend(p.at("name").get<std::string>());
  return Frontend::create(named->parameters).map([&](Frontend front) {
    return p.contains("patches") ? front.patches(y) : front.log_mel(y);
  });
}

Result<Matrix<float>> run(const std::string& call, std::span<const float> y, const Json& p) {
  if (call == "frontend") return frontend(y, p);
  if (call == "magnitude") return librosa::magnitude(y, stft_options(p));
  if (call == "melspectrogram") return librosa::melspectrogram(y, mel_options(p));
  if (call == "mfcc") return mfcc(y, p);
  if (call == "tempo") return tempo(y, p);
  if (call == "chroma_stft") return librosa::chroma_stft(y, chroma_options(p));
  if (call == "onset_strength") return librosa::onset_strength(y, onset_options(p));
  if (call == "rms") {
    return librosa::rms(y, frame_options(p),
                        *parse_pad_mode(p.value("pad_mode", std::string("constant"))));
  }
  if (call == "zero_crossing_rate") return librosa::zero_crossing_rate(y, frame_options(p));
  if (call == "spectral_centroid") return librosa::spectral_centroid(y, spectral_options(p));
  if (call == "spectral_bandwidth") {
    return librosa::spectral_bandwidth(y, spectral_options(p), p.value("p", 2.0),
                                       p.value("norm", true));
  }
  if (call == "spectral_rolloff") {
    return librosa::spectral_rolloff(y, spectral_options(p), p.value("roll_percent", 0.85));
  }
  if (call == "spectral_contrast") {
    librosa::ContrastOptions contrast;
    set(p, "fmin", contrast.fmin);
    set(p, "n_bands", contrast.n_bands);
    set(p, "quantile", contrast.quantile);
    set(p, "linear", contrast.linear);
    return librosa::spectral_contrast(y, spectral_options(p), contrast);
  }
  if (call == "spectral_flatness") {
    return librosa::spectral_flatness(y, stft_options(p), p.value("amin", 1e-10),
                                      p.value("power", 2.0));
  }
  if (call == "poly_features") return librosa::poly_features(y, spectral_options(p));
  if (call == "tonnetz") {
    return librosa::chroma_stft(y, chroma_options(p)).map(librosa::tonnetz);
  }
  if (call == "power_to_db") {
    return librosa::magnitude(y, stft_options(p)).and_then([&](Matrix<float> S) {
      for (float& value : S.values) value *= value;
      return librosa::power_to_db(std::move(S), db_options(p, 1e-10));
    });
  }
  if (call == "amplitude_to_db") {
    return librosa::magnitude(y, stft_options(p)).and_then([&](Matrix<float> S) {
      return librosa::amplitude_to_db(std::move(S), db_options(p, 1e-5));
    });
  }
  if (call == "delta") {
    return librosa::magnitude(y, stft_options(p)).and_then([&](const Matrix<float>& S) {
      return librosa::delta(S, p.value("width", std::size_t{9}), p.value("order", std::size_t{1}),
                            p.value("mode", std::string("interp")) == "nearest"
                                ? librosa::DeltaMode::kNearest
                                : librosa::DeltaMode::kInterp);
    });
  }
  return fail(ErrorCode::kInternal, fmt::format("the driver does not know the call {}", call));
}

template <typename T>
void write(const Result<Matrix<T>>& result, const char* dtype) {
  if (!result) {
    fmt::print("{}\n", Json{{"error", result.error().message}}.dump());
  } else {
    const Json shape = {result->n_rows, result->n_columns};
    fmt::print("{}\n", Json{{"shape", shape}, {"dtype", dtype}}.dump());
    std::fwrite(result->values.data(), sizeof(T), result->values.size(), stdout);
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace genre::test

int main() {
  using namespace genre::test;
  for (std::string line; std::getline(std::cin, line);) {
    const auto request = Json::parse(line);
    const auto call = request.at("call").get<std::string>();
    const auto y = read_floats(request.at("y").get<std::string>());
    const auto parameters = request.value("parameters", Json::object());
    if (call == "stft") {
      write(genre::librosa::stft(y, stft_options(parameters)), "complex64");
    } else {
      write(run(call, y, parameters), "float32");
    }
  }
}
