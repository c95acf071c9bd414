#include "audio/adpcm.h"

#include <sndfile.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace genre::audio {
namespace {

// RFC 2361: Microsoft, IMA, Natural MicroSystems, G.721.
constexpr std::array kWaveAdpcm = {0x0002U, 0x0011U, 0x0038U, 0x0040U};
constexpr unsigned kWaveExtensible = 0xFFFE;  // the tag then begins the GUID of the sub-format

// G.721, G.722, G.723 with 3 and 5 bits.
constexpr std::array kAuAdpcm = {23U, 24U, 25U, 26U};

// tag_at: from the chunk's start.
bool wave_declares_adpcm(base::Bytes file, std::size_t tag_at, base::Endian endian) {
  constexpr std::size_t kSubFormat = 24;  // from the tag
  const auto text = base::as_text(file);
  for (std::size_t at = 0; (at = text.find("fmt ", at)) != text.npos; ++at) {
    auto tag = base::read_uint(file, at + tag_at, 2, endian);
    if (tag == kWaveExtensible) tag = base::read_uint(file, at + tag_at + kSubFormat, 2, endian);
    if (tag && std::ranges::find(kWaveAdpcm, *tag) != kWaveAdpcm.end()) return true;
  }
  return false;
}

bool aiff_declares_adpcm(base::Bytes file) {
  constexpr std::size_t kCompression = 26;  // from the start of the chunk COMM
  const auto text = base::as_text(file);
  for (std::size_t at = 0; (at = text.find("COMM", at)) != text.npos; ++at) {
    if (base::has_tag(file, at + kCompression, "ima4")) return true;
  }
  return false;
}

bool au_declares_adpcm(base::Bytes file, base::Endian endian) {
  const auto encoding = base::read_uint(file, 12, 4, endian);
  return encoding && std::ranges::find(kAuAdpcm, *encoding) != kAuAdpcm.end();
}

}  // namespace

bool declares_adpcm(base::Bytes file) {
  constexpr std::size_t kRiffHeader = 8, kW64Header = 24;  // of a chunk
  if (base::has_tag(file, 0, "RIFF") || base::has_tag(file, 0, "RF64")) {
    return wave_declares_adpcm(file, kRiffHeader, base::Endian::kLittle);
  }
  if (base::has_tag(file, 0, "RIFX"))
    return wave_declares_adpcm(file, kRiffHeader, base::Endian::kBig);
  if (base::has_tag(file, 0, "riff"))
    return wave_declares_adpcm(file, kW64Header, base::Endian::kLittle);
  if (base::has_tag(file, 0, "FORM")) return aiff_declares_adpcm(file);
  if (base::has_tag(file, 0, ".snd")) return au_declares_adpcm(file, base::Endian::kBig);
  if (base::has_tag(file, 0, "dns.")) return au_declares_adpcm(file, base::Endian::kLittle);
  return false;
}

bool is_adpcm(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_IMA_ADPCM:
    case SF_FORMAT_MS_ADPCM:
    case SF_FORMAT_VOX_ADPCM:
    case SF_FORMAT_NMS_ADPCM_16:
    case SF_FORMAT_NMS_ADPCM_24:
    case SF_FORMAT_NMS_ADPCM_32:
    case SF_FORMAT_G721_32:
    case SF_FORMAT_G723_24:
    case SF_FORMAT_G723_40:
      return true;
    default:
      return false;
  }
}

}  // namespace genre::audio
