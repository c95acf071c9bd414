// The metadata of the ONNX files that are made of published networks.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace genre::pretrained {

// A network with the input log_mel, made by a built-in front end, and logits of independent labels
// as its first output.
struct Description {
  const char* name;
  const char* frontend;  // genre::find_frontend() knows it
  const char* layout;    // of the input's last two axes: "mels_frames" or "frames_mels"
  std::vector<std::string> labels;
  const char* url;          // of the published file
  const char* licence;      // SPDX identifier
  std::string_view sha256;  // of the weights
};

// The ONNX metadata_props. Their keys are in genre/model.h and docs/models.md.
[[nodiscard]] std::map<std::string, std::string> metadata_of(const Description& network);

}  // namespace genre::pretrained
