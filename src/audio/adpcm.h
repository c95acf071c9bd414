// Detects ADPCM without libsndfile. libsndfile's ADPCM decoders had security holes (CVE-2021-3246,
// CVE-2022-33065), so users who do not need ADPCM can reject it before libsndfile opens the file.
#pragma once

#include <cstddef>
#include <span>

namespace genre::audio {

// Whether a WAV, RF64, W64, AIFF or AU file (the formats that libsndfile reads ADPCM from) declares
// ADPCM. A chunk that names the codec counts at any position, because libsndfile also finds chunks
// in damaged files.
[[nodiscard]] bool declares_adpcm(std::span<const std::byte> file);

// Whether libsndfile detected ADPCM. format: SF_INFO's.
[[nodiscard]] bool is_adpcm(int format);

}  // namespace genre::audio
