// Input: a ZIP archive. Expects an error, or contents of the sizes that it declares.
#include <span>

#include "fuzz/target.h"
#include "pretrained/zip_file.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  constexpr std::size_t kLimit = std::size_t{1} << 16;
  const auto zip = genre::pretrained::ZipFile::open(std::as_bytes(std::span(data, size)));
  if (!zip) {
    require(zip.error().code == genre::ErrorCode::kBadModel && !zip.error().message.empty());
    return 0;
  }
  for (const auto& entry : zip->entries()) {
    const auto content = zip->read(entry, kLimit);
    require(content ? content->size() == entry.size && entry.size <= kLimit
                    : !content.error().message.empty());
  }
  return 0;
}
