#include <algorithm>
#include <array>

#include "genre/frontend.h"

namespace genre {
namespace {

// VGGish and YAMNet share all but the offset and the hop of the patches.
constexpr FrontendParameters audioset(double offset, std::size_t patch_hop_frames) {
  return {.sr = 16000,
          .n_fft = 512,
          .win_length = 400,
          .hop_length = 160,
          .zero_padding = ZeroPadding::kRight,
          .center = false,
          .power = 1,
          .n_mels = 64,
          .fmin = 125,
          .fmax = 7500,
          .mel_scale = MelScale::kHtk,
          .mel_slopes = MelSlopes::kMel,
          .norm = MelNorm::kNone,
          .compression = Compression::kLog,
          .offset = offset,
          .patch_frames = 96,
          .patch_hop_frames = patch_hop_frames};
}

constexpr std::array<NamedFrontend, 4> kFrontends = {{
    {.name = "mn",
     .description = "EfficientAT's MobileNets (Schmid, Koutini, Widmer, ICASSP 2023): 32 kHz, 128 "
                    "mel bands, patches of 10 s",
     .parameters = {.sr = 32000,
                    .pre_emphasis = 0.97,
                    .n_fft = 1024,
                    .win_length = 800,
                    .hop_length = 320,
                    .periodic = false,
                    .pad_mode = PadMode::kReflect,
                    .n_mels = 128,
                    .fmax = 15000,
                    .mel_scale = MelScale::kHtk,
                    .mel_slopes = MelSlopes::kMel,
                    .norm = MelNorm::kNone,
                    .compression = Compression::kLog,
                    .offset = 1e-5,
                    .mean = -4.5,
                    .std = 5,
                    .patch_frames = 1000,
                    .patch_hop_frames = 1000}},
    {.name = "musicnn",
     .description = "musicnn (Pons, Serra, 2019): 16 kHz, 96 mel bands, patches of 3 s",
     .parameters = {.sr = 16000,
                    .n_fft = 512,
                    .hop_length = 256,
                    .pad_mode = PadMode::kReflect,  // librosa 0.7, which musicnn was made with
                    .n_mels = 96,
                    .compression = Compression::kLog10,
                    .patch_frames = 187,
                    .patch_hop_frames = 187}},
    {.name = "vggish",
     .description = "VGGish (Hershey et al., ICASSP 2017): 16 kHz, 64 mel bands, patches of 0.96 s",
     .parameters = audioset(0.01, 96)},
    {.name = "yamnet",
     .description = "YAMNet (Plakal, Ellis, 2020): 16 kHz, 64 mel bands, patches of 0.96 s every "
                    "0.48 s",
     .parameters = audioset(0.001, 48)},
}};

}  // namespace

std::span<const NamedFrontend> builtin_frontends() { return kFrontends; }

const NamedFrontend* find_frontend(std::string_view name) {
  const auto* found = std::ranges::find(kFrontends, name, &NamedFrontend::name);
  return found == kFrontends.end() ? nullptr : &*found;
}

}  // namespace genre
