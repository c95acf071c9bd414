#include "unit/tag_bytes.h"

#include <stdexcept>

namespace genre::test {
namespace {

std::uint64_t value_of(std::string_view bytes, Order order) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t k = order == Order::kBig ? i : bytes.size() - 1 - i;
    value = value << 8 | static_cast<unsigned char>(bytes[k]);
  }
  return value;
}

std::string synchsafe(std::uint64_t value) {
  std::string text;
  for (int shift = 21; shift >= 0; shift -= 7) text += static_cast<char>(value >> shift & 0x7F);
  return text;
}

std::uint64_t from_synchsafe(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 7 | static_cast<unsigned char>(byte);
  return value;
}

Chunks walk_chunks(std::string_view chunks, Order order) {
  Chunks found;
  while (!chunks.empty()) {
    const auto size = static_cast<std::size_t>(value_of(chunks.substr(4, 4), order));
    if (size > chunks.size() - 8) throw std::runtime_error("a chunk is longer than its file");
    found.emplace_back(chunks.substr(0, 4), chunks.substr(8, size));
    chunks.remove_prefix(std::min(chunks.size(), 8 + size + size % 2));
  }
  return found;
}

}  // namespace

std::string number(std::uint64_t value, std::size_t width, Order order) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t shift = 8 * (order == Order::kLittle ? i : width - 1 - i);
    bytes += static_cast<char>(value >> shift & 0xFF);
  }
  return bytes;
}

std::string chunk(const std::string& name, const std::string& content, Order order) {
  return name + number(content.size(), 4, order) + content + std::string(content.size() % 2, '\0');
}

std::string form(const std::string& id, const std::string& type, const std::string& chunks,
                 Order order) {
  return id + number(4 + chunks.size(), 4, order) + type + chunks;
}

Chunks read_chunks(const std::string& file) {
  const Order order = file.starts_with("FORM") ? Order::kBig : Order::kLittle;
  if (value_of(std::string_view(file).substr(4, 4), order) != file.size() - 8) {
    throw std::runtime_error("the size in the header is not that of the file");
  }
  return walk_chunks(std::string_view(file).substr(12), order);
}

Chunks read_info(const std::string& list) {
  return walk_chunks(std::string_view(list).substr(4), Order::kLittle);
}

std::string id3v2(int version, const Frames& frames, std::size_t padding) {
  std::string content;
  for (const auto& [name, data] : frames) {
    content += name;
    content += version == 4 ? synchsafe(data.size())
                            : number(data.size(), version == 2 ? 3 : 4, Order::kBig);
    content += std::string(version == 2 ? 0 : 2, '\0') + data;
  }
  content += std::string(padding, '\0');
  return std::string("ID3") + static_cast<char>(version) + std::string(2, '\0') +
         synchsafe(content.size()) + content;
}

Id3v2 read_id3v2(std::string_view file) {
  if (!file.starts_with("ID3")) throw std::runtime_error("there is no ID3v2 tag");
  Id3v2 tag{.version = file[3],
            .size = 10 + static_cast<std::size_t>(from_synchsafe(file.substr(6, 4))),
            .frames = {}};
  std::string_view frames = file.substr(10, tag.size - 10);
  while (frames.size() >= 10 && frames.front() != '\0') {
    const auto size =
        static_cast<std::size_t>(tag.version == 4 ? from_synchsafe(frames.substr(4, 4))
                                                  : value_of(frames.substr(4, 4), Order::kBig));
    tag.frames.emplace_back(frames.substr(0, 4), frames.substr(10, size));
    frames.remove_prefix(10 + size);
  }
  return tag;
}

std::string id3v1(const std::string& title, int genre) {
  std::string tag = "TAG" + title;
  tag.resize(127, '\0');
  return tag + static_cast<char>(genre);
}

std::string ape(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string content;
  for (const auto& [key, value] : items) {
    content +=
        number(value.size(), 4, Order::kLittle) + number(0, 4, Order::kLittle) + key + '\0' + value;
  }
  const auto block = [&](std::uint64_t flags) {
    return "APETAGEX" + number(2000, 4, Order::kLittle) +
           number(content.size() + 32, 4, Order::kLittle) +
           number(items.size(), 4, Order::kLittle) + number(flags, 4, Order::kLittle) +
           std::string(8, '\0');
  };
  return block(0xA0000000U) + content + block(0x80000000U);
}

std::string vorbis_comment(const std::vector<std::string>& entries) {
  std::string comment = number(4, 4, Order::kLittle) + "test";
  comment += number(entries.size(), 4, Order::kLittle);
  for (const auto& entry : entries) comment += number(entry.size(), 4, Order::kLittle) + entry;
  return comment;
}

std::vector<std::string> read_vorbis_comment(std::string_view comment) {
  const auto take = [&] {
    const auto size = static_cast<std::size_t>(value_of(comment.substr(0, 4), Order::kLittle));
    std::string text(comment.substr(4, size));
    comment.remove_prefix(4 + size);
    return text;
  };
  take();
  std::vector<std::string> entries(
      static_cast<std::size_t>(value_of(comment.substr(0, 4), Order::kLittle)));
  comment.remove_prefix(4);
  for (auto& entry : entries) entry = take();
  return entries;
}

std::string flac(const std::vector<FlacBlock>& blocks, const std::string& frames) {
  std::string file = "fLaC";
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    file += static_cast<char>(blocks[i].type | (i + 1 == blocks.size() ? 0x80 : 0));
    file += number(blocks[i].content.size(), 3, Order::kBig) + blocks[i].content;
  }
  return file + frames;
}

std::pair<std::vector<FlacBlock>, std::string> read_flac(const std::string& file) {
  std::vector<FlacBlock> blocks;
  std::size_t at = 4;
  for (bool last = false; !last;) {
    last = (file.at(at) & 0x80) != 0;
    const auto size =
        static_cast<std::size_t>(value_of(std::string_view(file).substr(at + 1, 3), Order::kBig));
    blocks.push_back({file.at(at) & 0x7F, file.substr(at + 4, size)});
    at += 4 + size;
  }
  return {blocks, file.substr(at)};
}

std::vector<std::string> read_ogg(const std::string& file) {
  std::vector<std::string> packets;
  std::string packet;
  std::uint64_t n_pages = 0;
  for (std::size_t at = 0; at < file.size(); ++n_pages) {
    const std::string_view page = std::string_view(file).substr(at);
    if (!page.starts_with("OggS")) throw std::runtime_error("a page does not start as one");
    if (value_of(page.substr(18, 4), Order::kLittle) != n_pages) {
      throw std::runtime_error("a page has the wrong number");
    }
    const auto n_segments = static_cast<unsigned char>(page[26]);
    std::size_t body = std::size_t{27} + n_segments;
    for (std::size_t i = 0; i < n_segments; ++i) {
      const auto size = static_cast<unsigned char>(page[27 + i]);
      packet += page.substr(body, size);
      body += size;
      if (size < 255) packets.push_back(std::exchange(packet, {}));
    }
    at += body;
  }
  return packets;
}

}  // namespace genre::test
