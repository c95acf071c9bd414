// StftOptions and MelOptions: librosa's parameters that many of its functions share.
#include "options.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>

#include "arrays.h"
#include "bindings.h"
#include "errors.h"
#include "genre/librosa.h"

namespace genre::python {
namespace {

template <typename T>
T parsed(const std::optional<T>& value, const char* parameter, const std::string& name,
         const char* names) {
  if (value) return *value;
  throw Failure{{.code = ErrorCode::kBadParameter,
                 .message = std::string(parameter) + " is \"" + name + "\"; it must be " + names}};
}

}  // namespace

PadMode pad_mode_of(const std::string& name) {
  return parsed(parse_pad_mode(name), "pad_mode", name, "constant, reflect, edge or symmetric");
}

void bind_options(nb::module_& module) {
  nb::class_<librosa::StftOptions>(module, "StftOptions")
      .def(
          "__init__",
          [](librosa::StftOptions* self, std::size_t n_fft, std::size_t hop_length,
             std::size_t win_length, const std::string& window, const Values& window_values,
             bool center, const std::string& pad_mode) {
            new (self) librosa::StftOptions{
                .n_fft = n_fft,
                .hop_length = hop_length,
                .win_length = win_length,
                .window = parsed(parse_window(window), "window", window,
                                 "hann, hamming, blackman or ones"),
                .center = center,
                .pad_mode = pad_mode_of(pad_mode),
                .window_values = {window_values.data(),
                                  window_values.data() + window_values.size()}};
          },
          nb::arg("n_fft"), nb::arg("hop_length"), nb::arg("win_length"), nb::arg("window"),
          nb::arg("window_values"), nb::arg("center"), nb::arg("pad_mode"));

  nb::class_<librosa::MelOptions>(module, "MelOptions")
      .def(
          "__init__",
          [](librosa::MelOptions* self, int sr, const librosa::StftOptions& stft, double power,
             std::size_t n_mels, double fmin, double fmax, bool htk, bool slaney) {
            new (self) librosa::MelOptions{.sr = sr,
                                           .stft = stft,
                                           .power = power,
                                           .n_mels = n_mels,
                                           .fmin = fmin,
                                           .fmax = fmax,
                                           .htk = htk,
                                           .norm = slaney ? MelNorm::kSlaney : MelNorm::kNone};
          },
          nb::arg("sr"), nb::arg("stft"), nb::arg("power"), nb::arg("n_mels"), nb::arg("fmin"),
          nb::arg("fmax"), nb::arg("htk"), nb::arg("slaney"));
}

}  // namespace genre::python
