#include "audio/other_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/bytes.h"
#include "base/text.h"

namespace genre::audio {
namespace {

using std::string_view_literals::operator""sv;

constexpr auto kM3u = "a playlist (M3U); use the files that it lists"sv;
constexpr auto kPls = "a playlist (PLS); use the files that it lists"sv;
constexpr auto kAsx = "a playlist (ASX); use the files that it lists"sv;
constexpr auto kXspf = "a playlist (XSPF); use the files that it lists"sv;
constexpr auto kCue = "a cue sheet; use the audio file that it names"sv;
constexpr auto kImage = "an image"sv;

struct OtherSignature {
  std::string_view tag, description;
};

constexpr auto kOtherSignatures = std::to_array<OtherSignature>({
    {"#EXTM3U", kM3u},
    {"MThd", "MIDI, which has notes and no sound; render it to WAV"},
    {"%PDF-", "a PDF document"},
    {"PK\x03\x04", "a ZIP archive; unpack it"},
    {"Rar!\x1A\x07", "a RAR archive; unpack it"},
    {"7z\xBC\xAF\x27\x1C", "a 7z archive; unpack it"},
    {"\x1F\x8B", "compressed with gzip; unpack it"},
    {"\x89PNG", kImage},
    {"\xFF\xD8\xFF", kImage},
    {"GIF8", kImage},
});

// Lists of paths do not need a header.
bool is_list(std::string_view text) {
  constexpr std::array kExtensions = {".mp3"sv, ".flac"sv, ".m4a"sv,  ".ogg"sv,
                                      ".wav"sv, ".wma"sv,  ".opus"sv, ".aac"sv};
  const std::string line =
      base::to_lower(base::trim(text.substr(0, std::min(text.find_first_of("\r\n"), text.size()))));
  if (!base::is_printable_utf8(line)) return false;
  return line.starts_with("http://") || line.starts_with("https://") ||
         std::ranges::any_of(kExtensions,
                             [&](auto extension) { return line.ends_with(extension); });
}

// What the file with these first bytes is, and what to use instead, as the end of a sentence: "a
// playlist (M3U); ..."; empty if it is not known.
std::string_view describe_other_file(base::Bytes start) {
  constexpr std::size_t kSearched = 4096;
  std::string_view text = base::as_text(start.first(std::min(start.size(), kSearched)));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  for (const OtherSignature& signature : kOtherSignatures) {
    if (text.starts_with(signature.tag)) return signature.description;
  }
  const std::string lower = base::to_lower(text);
  if (lower.starts_with("[playlist]")) return kPls;
  if (lower.starts_with("<asx")) return kAsx;
  if (lower.starts_with("<?xml") && lower.find("<playlist") != lower.npos) return kXspf;
  if (lower.find("\nfile \"") != lower.npos && lower.find("track 01") != lower.npos) return kCue;
  if (lower.starts_with("file \"") && lower.find("track 01") != lower.npos) return kCue;
  return is_list(text) ? kM3u : std::string_view();
}

}  // namespace

tl::unexpected<Error> not_audio(base::Bytes start, std::string_view formats) {
  if (const auto other = describe_other_file(start); !other.empty()) {
    return fail(ErrorCode::kNotAudio, fmt::format("this is not an audio file: it is {}", other));
  }
  return fail(ErrorCode::kNotAudio,
              fmt::format("this is not an audio file: its first bytes match no known audio format; "
                          "send {}",
                          formats));
}

}  // namespace genre::audio
