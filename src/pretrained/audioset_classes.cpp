#include "pretrained/audioset_classes.h"

#include <stdexcept>
#include <string_view>

extern "C" {  // defined in audioset_classes.S
extern const char genre_audioset_classes[];
extern const char genre_audioset_classes_end[];
}

namespace genre::pretrained {

std::vector<std::string> audioset_classes() {
  std::vector<std::string> names;
  const char* begin = genre_audioset_classes;
  for (const char* at = begin; at != genre_audioset_classes_end; ++at) {
    if (*at != '\n') continue;
    names.emplace_back(begin, at);
    begin = at + 1;
  }
  if (names.size() != kNAudioSetClasses) throw std::logic_error("audioset_classes.txt");
  return names;
}

}  // namespace genre::pretrained
