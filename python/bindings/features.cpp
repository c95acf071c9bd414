// librosa's functions. y: [n_samples]; S and other matrices: [n, n_frames].
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>

#include <complex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "arrays.h"
#include "bindings.h"
#include "errors.h"
#include "genre/librosa.h"
#include "options.h"

namespace genre::python {
namespace {

using librosa::MelOptions;
using librosa::StftOptions;

// What many features are computed of: a clip, or librosa's S.
using Input = std::variant<Samples, Rows>;

// The array of the matrix that f computes.
template <typename F>
auto array_of(const F& f) {
  return to_numpy(without_gil(f));
}

// The array of the matrix that f computes of samples or of a matrix.
template <typename F>
auto array_of(const Input& input, const F& f) {
  return array_of([&] { return std::visit([&](const auto& in) { return f(value(in)); }, input); });
}

void bind_spectra(nb::module_& module) {
  module.def("stft", [](const Samples& y, const StftOptions& stft) {
    return array_of([&] { return librosa::stft(value(y), stft); });
  });
  module.def(
      "power_to_db", [](const Rows& S, double ref, double amin, std::optional<double> top_db) {
        return array_of([&] {
          return librosa::power_to_db(value(S), {.ref = ref, .amin = amin, .top_db = top_db});
        });
      });
  module.def(
      "amplitude_to_db", [](const Rows& S, double ref, double amin, std::optional<double> top_db) {
        return array_of([&] {
          return librosa::amplitude_to_db(value(S), {.ref = ref, .amin = amin, .top_db = top_db});
        });
      });
}

void bind_mel(nb::module_& module) {
  module.def("melspectrogram", [](const Input& input, const MelOptions& mel) {
    return array_of(input, [&](const auto& in) { return librosa::melspectrogram(in, mel); });
  });
  module.def("mfcc", [](const Input& input, const MelOptions& mel, std::size_t n_mfcc, int dct_type,
                        bool ortho, double lifter) {
    return array_of(input, [&](const auto& in) {
      return librosa::mfcc(
          in,
          {.mel = mel, .n_mfcc = n_mfcc, .dct_type = dct_type, .ortho = ortho, .lifter = lifter});
    });
  });
}

void bind_spectral(nb::module_& module) {
  module.def("spectral_centroid", [](const Input& input, int sr, const StftOptions& stft) {
    return array_of(input, [&](const auto& in) {
      return librosa::spectral_centroid(in, {sr, stft});
    });
  });
  module.def("spectral_bandwidth",
             [](const Input& input, int sr, const StftOptions& stft, double p, bool norm) {
               return array_of(input, [&](const auto& in) {
                 return librosa::spectral_bandwidth(in, {sr, stft}, p, norm);
               });
             });
  module.def("spectral_rolloff",
             [](const Input& input, int sr, const StftOptions& stft, double roll_percent) {
               return array_of(input, [&](const auto& in) {
                 return librosa::spectral_rolloff(in, {sr, stft}, roll_percent);
               });
             });
  module.def("spectral_contrast",
             [](const Input& input, int sr, const StftOptions& stft, double fmin,
                std::size_t n_bands, double quantile, bool linear) {
               return array_of(input, [&](const auto& in) {
                 return librosa::spectral_contrast(
                     in, {sr, stft},
                     {.fmin = fmin, .n_bands = n_bands, .quantile = quantile, .linear = linear});
               });
             });
  module.def("spectral_flatness", [](const Samples& y, const StftOptions& stft, double amin,
                                     double power) {
    return array_of([&] { return librosa::spectral_flatness(value(y), stft, amin, power); });
  });
  module.def("spectral_flatness", [](const Rows& S, double amin, double power) {
    return array_of([&] { return librosa::spectral_flatness(value(S), amin, power); });
  });
  module.def("poly_features", [](const Input& input, int sr, const StftOptions& stft) {
    return array_of(input, [&](const auto& in) { return librosa::poly_features(in, {sr, stft}); });
  });
}

void bind_tonal(nb::module_& module) {
  nb::enum_<librosa::ChromaNorm>(module, "ChromaNorm")
      .value("NONE", librosa::ChromaNorm::kNone)
      .value("L1", librosa::ChromaNorm::kL1)
      .value("L2", librosa::ChromaNorm::kL2)
      .value("MAX", librosa::ChromaNorm::kMax);
  module.def("chroma_stft", [](const Input& input, int sr, const StftOptions& stft,
                               librosa::ChromaNorm norm, std::optional<double> tuning,
                               std::size_t n_chroma) {
    return array_of(input, [&](const auto& in) {
      return librosa::chroma_stft(
          in, {.sr = sr, .stft = stft, .norm = norm, .tuning = tuning, .n_chroma = n_chroma});
    });
  });
  module.def("tonnetz", [](const Rows& chroma) {
    return array_of([&]() -> Result<Matrix<float>> { return librosa::tonnetz(value(chroma)); });
  });
}

void bind_time(nb::module_& module) {
  module.def("rms", [](const Samples& y, std::size_t frame_length, std::size_t hop_length,
                       bool center, const std::string& pad_mode) {
    const PadMode mode = pad_mode_of(pad_mode);
    return array_of([&] {
      return librosa::rms(value(y), {frame_length, hop_length, center}, mode);
    });
  });
  module.def("rms", [](const Rows& S, std::size_t frame_length) {
    return array_of([&] { return librosa::rms(value(S), frame_length); });
  });
  module.def("zero_crossing_rate",
             [](const Samples& y, std::size_t frame_length, std::size_t hop_length, bool center) {
               return array_of([&] {
                 return librosa::zero_crossing_rate(value(y), {frame_length, hop_length, center});
               });
             });
  module.def("delta", [](const Rows& data, std::size_t width, std::size_t order, bool interp) {
    const auto mode = interp ? librosa::DeltaMode::kInterp : librosa::DeltaMode::kNearest;
    return array_of([&] { return librosa::delta(value(data), width, order, mode); });
  });
}

void bind_rhythm(nb::module_& module) {
  module.def("onset_strength", [](const Input& input, const MelOptions& mel, std::size_t lag,
                                  std::size_t max_size, bool detrend, bool center) {
    Matrix<float> matrix = without_gil([&] {
      return std::visit(
          [&](const auto& in) {
            return librosa::onset_strength(value(in), {.mel = mel,
                                                       .lag = lag,
                                                       .max_size = max_size,
                                                       .detrend = detrend,
                                                       .center = center});
          },
          input);
    });
    return to_numpy<float, 1>(std::move(matrix.values), {matrix.n_columns});
  });
  module.def("tempo",
             [](const Samples& onset_envelope, int sr, std::size_t hop_length, double start_bpm,
                double std_bpm, double ac_size, std::optional<double> max_tempo) {
               return without_gil([&] {
                 return librosa::tempo(value(onset_envelope), {.sr = sr,
                                                               .hop_length = hop_length,
                                                               .start_bpm = start_bpm,
                                                               .std_bpm = std_bpm,
                                                               .ac_size = ac_size,
                                                               .max_tempo = max_tempo});
               });
             });
}

}  // namespace

void bind_features(nb::module_& module) {
  bind_spectra(module);
  bind_mel(module);
  bind_spectral(module);
  bind_tonal(module);
  bind_time(module);
  bind_rhythm(module);
}

}  // namespace genre::python
