#include "dataset/artist_tag.h"

#include <fileref.h>
#include <infotag.h>
#include <tag.h>
#include <wavfile.h>

namespace genre::dataset {

std::string artist_tag(const std::string& path) {
  const TagLib::FileRef file(path.c_str(), /*readAudioProperties=*/false);
  if (file.isNull() || file.tag() == nullptr) return "";
  TagLib::String artist = file.tag()->artist();
  // tag() of a WAV file is its ID3v2 tag only.
  const auto* wav = dynamic_cast<const TagLib::RIFF::WAV::File*>(file.file());
  if (artist.isEmpty() && wav != nullptr) artist = wav->InfoTag()->artist();
  return artist.to8Bit(/*unicode=*/true);
}

}  // namespace genre::dataset
