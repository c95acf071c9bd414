// Checks of parameters, with the error kBadParameter.
#pragma once

#include <span>

#include "genre/librosa.h"
#include "genre/result.h"

namespace genre::librosa {

// "MESSAGE" unless ok.
[[nodiscard]] Result<void> require(bool ok, const std::string& message);

// y is finite and, without center, at least a frame long.
[[nodiscard]] Result<void> check_clip(std::span<const float> y, std::size_t frame_length,
                                      bool center);

[[nodiscard]] Result<void> check_sr(int sr);
[[nodiscard]] Result<void> check_stft(std::span<const float> y, const StftOptions& options);

// S is finite, with two bins or more and a frame or more.
[[nodiscard]] Result<void> check_spectrogram(const Matrix<float>& S);

// S, of mel bands, is finite, with a band and a frame or more.
[[nodiscard]] Result<void> check_mel(const Matrix<float>& S);

[[nodiscard]] Result<void> check_db(const DbOptions& options);

}  // namespace genre::librosa
