// The published networks that can be made into ONNX files.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "genre/result.h"

namespace genre::pretrained {

struct Network {
  std::string_view name;
  std::string_view description;
  const char* file;     // the name of the published file
  const char* url;      // where it is published
  const char* licence;  // of the weights; SPDX identifier
  // The ONNX file, from the bytes of the published file. Errors: kBadModel, kOutOfMemory.
  Result<std::string> (*to_onnx)(base::Bytes file);
};

[[nodiscard]] std::span<const Network> networks();
[[nodiscard]] const Network* find_network(std::string_view name);  // null: no such name

// No published file is longer; a mirror can send anything.
inline constexpr std::size_t kMostFileBytes = std::size_t{128} << 20;

}  // namespace genre::pretrained
