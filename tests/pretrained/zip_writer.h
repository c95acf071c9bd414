// Writes ZIP archives for tests, with zlib.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace genre::pretrained::test {

inline std::string little(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i, value >>= 8) bytes += static_cast<char>(value & 0xFF);
  return bytes;
}

inline std::string deflated(std::string_view content) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string to(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(to.data());
  stream.avail_out = static_cast<uInt>(to.size());
  const int status = deflate(&stream, Z_FINISH);
  to.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("deflate");
  return to;
}

class ZipWriter {
 public:
  enum class Method { kStored = 0, kDeflated = 8 };

  // size: what the directory declares, if it is not that of the content.
  void add(std::string_view name, std::string_view content, Method method = Method::kStored,
           std::size_t size = SIZE_MAX, unsigned flags = 0) {
    const std::string packed = method == Method::kStored ? std::string(content) : deflated(content);
    if (size == SIZE_MAX) size = content.size();
    const std::string common = little(20, 2) + little(flags, 2) +
                               little(static_cast<std::uint64_t>(method), 2) + little(0, 8) +
                               little(packed.size(), 4) + little(size, 4) + little(name.size(), 2);
    directory_ += std::string("PK\1\2") + little(20, 2) + common + little(0, 12) +
                  little(bytes_.size(), 4) + std::string(name);
    // The local header has an extra field, as PyTorch's have for alignment.
    constexpr std::string_view kExtra = "FB\2\0ZZ";
    bytes_ += std::string("PK\3\4") + common + little(kExtra.size(), 2) + std::string(name);
    bytes_ += kExtra;
    bytes_ += packed;
    ++n_;
  }

  [[nodiscard]] std::string archive(std::string_view comment = "") const {
    return bytes_ + directory_ + "PK\5\6" + little(0, 4) + little(n_, 2) + little(n_, 2) +
           little(directory_.size(), 4) + little(bytes_.size(), 4) + little(comment.size(), 2) +
           std::string(comment);
  }

 private:
  std::string bytes_, directory_;
  std::size_t n_ = 0;
};

}  // namespace genre::pretrained::test
