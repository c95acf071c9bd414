// Whether a file holds ADPCM, told without libsndfile: its ADPCM decoders had holes (CVE-2021-3246,
// CVE-2022-33065), so who need not read such files can keep them from being opened.
#pragma once

#include <cstddef>
#include <span>

namespace genre::audio {

// Of WAV, RF64, W64, AIFF and AU files, the ones that libsndfile reads ADPCM from. A chunk that
// names the codec counts wherever it stands, since libsndfile finds its way in damaged files.
[[nodiscard]] bool declares_adpcm(std::span<const std::byte> file);

// format: SF_INFO's. What libsndfile found, after all.
[[nodiscard]] bool is_adpcm(int format);

}  // namespace genre::audio
