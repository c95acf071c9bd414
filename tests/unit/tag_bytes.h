// Tags written and read byte by byte, without TagLib, for tests of the tags.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace genre::test {

enum class Order { kLittle, kBig };
[[nodiscard]] std::string number(std::uint64_t value, std::size_t width, Order order);

// Chunks of WAV and AIFF, with the padding byte after odd sizes.
using Chunks = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string chunk(const std::string& name, const std::string& content,
                                Order order = Order::kLittle);
[[nodiscard]] std::string form(const std::string& id, const std::string& type,
                               const std::string& chunks, Order order = Order::kLittle);
// Throws where the sizes are not those of the file.
[[nodiscard]] Chunks read_chunks(const std::string& file);
[[nodiscard]] Chunks read_info(const std::string& list);  // the content of a LIST chunk

// ID3v2: frames of text, of which the first byte is the encoding.
using Frames = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string id3v2(int version, const Frames& frames, std::size_t padding = 0);
struct Id3v2 {
  int version = 0;
  std::size_t size = 0;  // bytes of the file
  Frames frames;
};
[[nodiscard]] Id3v2 read_id3v2(std::string_view file);

[[nodiscard]] std::string id3v1(const std::string& title, int genre);

// APE version 2, items of text.
[[nodiscard]] std::string ape(const std::vector<std::pair<std::string, std::string>>& items);

// A Vorbis comment without what comes before it in a packet.
[[nodiscard]] std::string vorbis_comment(const std::vector<std::string>& entries);
[[nodiscard]] std::vector<std::string> read_vorbis_comment(std::string_view comment);

struct FlacBlock {
  int type;
  std::string content;
};
[[nodiscard]] std::string flac(const std::vector<FlacBlock>& blocks, const std::string& frames);
// The blocks, and the frames after them.
[[nodiscard]] std::pair<std::vector<FlacBlock>, std::string> read_flac(const std::string& file);

// The packets of an Ogg stream. Throws where its pages are not numbered one after the other.
[[nodiscard]] std::vector<std::string> read_ogg(const std::string& file);

}  // namespace genre::test
