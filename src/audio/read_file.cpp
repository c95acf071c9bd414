#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "genre/audio.h"

namespace genre {

Result<std::vector<std::byte>> read_file(const std::string& path) {
  const auto unreadable = [](const std::string& why) {
    return fail(ErrorCode::kUnreadableFile, "the file cannot be read: " + why);
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return unreadable("it is a directory");

  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(std::generic_category().message(errno));

  // Grown while reading, since pipes and /dev/stdin have no size to ask for.
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  std::vector<std::byte> bytes;
  std::size_t size = 0;
  while (file) {
    bytes.resize(size + kBlock);
    file.read(reinterpret_cast<char*>(bytes.data() + size), kBlock);
    size += static_cast<std::size_t>(file.gcount());
  }
  if (file.bad()) return unreadable("reading failed");
  bytes.resize(size);
  return bytes;
}

}  // namespace genre
