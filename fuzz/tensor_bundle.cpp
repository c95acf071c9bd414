// Input: the index of a TensorFlow checkpoint. Expects an error, or arrays that lie in the data.
#include "pretrained/tensor_bundle.h"

#include <array>
#include <functional>
#include <span>

#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using genre::fuzz::require;
  static constexpr std::array<std::byte, 64> kData{};
  const auto arrays =
      genre::pretrained::read_tensor_bundle(std::as_bytes(std::span(bytes, size)), kData);
  if (!arrays) {
    require(arrays.error().code == genre::ErrorCode::kBadModel && !arrays.error().message.empty());
    return 0;
  }
  const std::less_equal<const std::byte*> not_behind;
  for (const auto& [name, array] : *arrays) {
    require(!name.empty() && not_behind(kData.data(), array.data()) &&
            not_behind(array.data() + array.size(), kData.data() + kData.size()));
  }
  return 0;
}
