#include "pretrained/class_names.h"

extern "C" {  // defined in class_names.S
extern const char genre_audioset_classes[];
extern const char genre_audioset_classes_end[];
extern const char genre_musicnn_tags[];
extern const char genre_musicnn_tags_end[];
}

namespace genre::pretrained {
namespace {

std::vector<std::string> lines(const char* begin, const char* end) {
  std::vector<std::string> lines;
  for (const char* at = begin; at != end; ++at) {
    if (*at != '\n') continue;
    lines.emplace_back(begin, at);
    begin = at + 1;
  }
  return lines;
}

}  // namespace

std::vector<std::string> audioset_classes() {
  return lines(genre_audioset_classes, genre_audioset_classes_end);
}

std::vector<std::string> musicnn_tags() {
  return lines(genre_musicnn_tags, genre_musicnn_tags_end);
}

}  // namespace genre::pretrained
