#include "librosa/mel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "features/compression.h"
#include "features/frontend_parameters.h"
#include "features/matrix_product.h"
#include "features/mel_spectrogram.h"
#include "librosa/check.h"
#include "librosa/dct.h"
#include "librosa/spectra.h"

namespace genre::librosa {
namespace {

FrontendParameters parameters_of(const MelOptions& options) {
  FrontendParameters p;
  p.sr = options.sr;
  p.n_fft = options.stft.n_fft;
  p.win_length = options.stft.win_length;
  p.hop_length = options.stft.hop_length;
  p.window = options.stft.window;
  p.center = options.stft.center;
  p.pad_mode = options.stft.pad_mode;
  p.power = options.power;
  p.n_mels = options.n_mels;
  p.fmin = options.fmin;
  p.fmax = options.fmax;
  p.mel_scale = options.htk ? MelScale::kHtk : MelScale::kSlaney;
  p.norm = options.norm;
  return p;
}

void lift(Matrix<float>& mfcc, double lifter) {
  for (std::size_t k = 0; k < mfcc.n_rows; ++k) {
    const double phase = std::numbers::pi * static_cast<double>(k + 1) / lifter;
    const auto gain = static_cast<float>(1 + lifter / 2 * std::sin(phase));
    for (float& value : mfcc.row(k)) value *= gain;
  }
}

Matrix<float> mfcc_of(const Matrix<float>& log_mel, const MfccOptions& options) {
  Matrix<float> result =
      features::product(*dct_matrix({.n_coefficients = std::min(options.n_mfcc, log_mel.n_rows),
                                     .n = log_mel.n_rows,
                                     .type = options.dct_type,
                                     .ortho = options.ortho}),
                        log_mel);
  if (options.lifter > 0) lift(result, options.lifter);
  return result;
}

Result<void> check_mfcc(const MfccOptions& options, std::size_t n_mels) {
  if (options.n_mfcc == 0) return require(false, "n_mfcc is 0; it must be 1 or more");
  if (options.dct_type < 1 || options.dct_type > 3) {
    return require(false, fmt::format("dct_type is {}; it must be 1, 2 or 3", options.dct_type));
  }
  if (options.dct_type == 1 && n_mels < 2) {
    return require(false, "n_mels is 1; dct_type 1 needs at least 2");
  }
  return require(options.lifter >= 0,
                 fmt::format("lifter is {}; it must be 0 or more", options.lifter));
}

}  // namespace

Result<Matrix<float>> mel_with(std::span<const float> y, const MelOptions& options,
                               features::Precision precision) {
  const FrontendParameters parameters = parameters_of(options);
  return check_stft(y, options.stft).and_then([&] { return validate(parameters); }).map([&] {
    return features::MelSpectrogram(parameters, precision, options.stft.window_values).compute(y);
  });
}

Result<Matrix<float>> melspectrogram(std::span<const float> y, const MelOptions& options) {
  // power_to_db's floor is 80 dB below the maximum. That is 1e-4 of the largest magnitude with
  // power 2, far above the errors of single precision, but 1e-8 with power 1.
  return mel_with(y, options,
                  options.power >= 2 ? features::Precision::kSingle : features::Precision::kDouble);
}

Result<Matrix<float>> melspectrogram(const Matrix<float>& S, const MelOptions& options) {
  return check_sr(options.sr)
      .and_then([&] { return spectra_of(S, options.stft, Given::kPower); })
      .and_then([&](const GivenSpectra& spectra) {
        FrontendParameters parameters = parameters_of(options);
        parameters.n_fft = spectra.n_fft();
        parameters.win_length = 0;
        return validate(parameters).map([&] {
          const auto filters = features::mel_filters(features::mel_parameters(parameters));
          std::vector<FrameValues> mel(options.n_mels);
          Matrix<float> result(options.n_mels, spectra.n_frames());
          spectra.for_each_block([&](const SpectraBlock& block) {
            filters->apply(block.power, mel);
            for (std::size_t m = 0; m < mel.size(); ++m) copy_to(result.row(m), block, mel[m]);
          });
          return result;
        });
      });
}

Result<Matrix<float>> mfcc(std::span<const float> y, const MfccOptions& options) {
  if (const auto ok = check_mfcc(options, options.mel.n_mels); !ok) {
    return tl::make_unexpected(ok.error());
  }
  return melspectrogram(y, options.mel).map([&](Matrix<float> mel) {
    features::power_to_db(mel.values, 1.0, 1e-10, 80.0);
    return mfcc_of(mel, options);
  });
}

Result<Matrix<float>> mfcc(const Matrix<float>& S, const MfccOptions& options) {
  return check_mfcc(options, S.n_rows).and_then([&] { return check_mel(S); }).map([&] {
    return mfcc_of(S, options);
  });
}

}  // namespace genre::librosa
