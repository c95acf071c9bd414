#include "genre/features.h"

namespace genre {

std::string_view to_string(PadMode pad_mode) {
  return pad_mode == PadMode::kReflect ? "reflect" : "constant";
}

std::optional<PadMode> parse_pad_mode(std::string_view name) {
  for (const PadMode pad_mode : {PadMode::kConstant, PadMode::kReflect}) {
    if (name == to_string(pad_mode)) return pad_mode;
  }
  return std::nullopt;
}

}  // namespace genre
