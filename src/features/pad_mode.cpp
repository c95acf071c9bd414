#include "genre/features.h"

namespace genre {

std::string_view to_string(PadMode pad_mode) {
  switch (pad_mode) {
    case PadMode::kConstant:
      return "constant";
    case PadMode::kReflect:
      return "reflect";
    case PadMode::kEdge:
      return "edge";
    case PadMode::kSymmetric:
      return "symmetric";
  }
  return "unknown";
}

std::optional<PadMode> parse_pad_mode(std::string_view name) {
  for (const PadMode pad_mode :
       {PadMode::kConstant, PadMode::kReflect, PadMode::kEdge, PadMode::kSymmetric}) {
    if (name == to_string(pad_mode)) return pad_mode;
  }
  return std::nullopt;
}

}  // namespace genre
