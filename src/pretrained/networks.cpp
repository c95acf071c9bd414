#include "pretrained/networks.h"

#include <algorithm>
#include <array>

#include "pretrained/mn04.h"
#include "pretrained/musicnn.h"

namespace genre::pretrained {
namespace {

constexpr std::array<Network, 2> kNetworks = {{
    {.name = "mn04",
     .description = "EfficientAT's mn04_as: 527 AudioSet classes, 4 MB",
     .file = kMn04File,
     .url = kMn04Url,
     .licence = "MIT",
     .to_onnx = mn04_to_onnx},
    {.name = "musicnn",
     .description = "MSD_musicnn: 50 tags of Last.fm, 29 MB",
     .file = kMusicnnFile,
     .url = kMusicnnUrl,
     .licence = "ISC",
     .to_onnx = musicnn_to_onnx},
}};

}  // namespace

std::span<const Network> networks() { return kNetworks; }

const Network* find_network(std::string_view name) {
  const auto* found = std::ranges::find(kNetworks, name, &Network::name);
  return found == kNetworks.end() ? nullptr : &*found;
}

}  // namespace genre::pretrained
