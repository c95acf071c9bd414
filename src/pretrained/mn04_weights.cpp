#include "pretrained/mn04_weights.h"

#include <charconv>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "pretrained/zip_file.h"

namespace genre::pretrained {
namespace {

constexpr std::size_t kMostBytes = 993439 * sizeof(float);

// The content of the arrays: the entries data/0, data/1, ... of the archive. Their names and shapes
// are in a pickle, which can run any program and is not read.
Result<std::vector<std::vector<std::byte>>> read_arrays(const ZipFile& zip) {
  std::map<unsigned, const ZipFile::Entry*> numbered;
  for (const ZipFile::Entry& entry : zip.entries()) {
    constexpr std::string_view kFolder = "/data/";
    const auto at = entry.name.rfind(kFolder);
    if (at == std::string_view::npos) continue;
    const auto digits = entry.name.substr(at + kFolder.size());
    unsigned number = 0;
    const auto [rest, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && rest == digits.data() + digits.size()) {
      numbered.emplace(number, &entry);
    }
  }
  if (numbered.empty()) return fail(ErrorCode::kBadModel, "the archive has no archive/data/0");
  std::vector<std::vector<std::byte>> arrays;
  std::size_t left = kMostBytes;
  for (const auto& [number, entry] : numbered) {
    // Batch norm's number of batches, an int64, which only training needs.
    if (entry->size == sizeof(std::int64_t)) continue;
    auto array = zip.read(*entry, left);
    if (!array) return tl::make_unexpected(std::move(array.error()));
    left -= array->size();
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

}  // namespace

Result<Weights> read_mn04(base::Bytes file) {
  const auto zip = ZipFile::open(file);
  if (!zip) return tl::make_unexpected(zip.error());
  const auto arrays = read_arrays(*zip);
  if (!arrays) return tl::make_unexpected(arrays.error());
  const std::vector<base::Bytes> parts(arrays->begin(), arrays->end());
  return Weights::verify(parts, kMn04Sha256);
}

}  // namespace genre::pretrained
