// Ogg files whose headers do not fit what their packets hold.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "genre/audio.h"
#include "unit/damaged_audio.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

constexpr std::size_t kGranule = 6, kChecksum = 22;  // in the header of a page

// https://www.rfc-editor.org/rfc/rfc3533#section-6: CRC-32 without reflection or inversion.
std::uint32_t page_checksum(std::span<const std::byte> page) {
  std::uint32_t crc = 0;
  for (const std::byte byte : page) {
    crc ^= std::to_integer<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ ((crc >> 31) != 0 ? 0x04C11DB7U : 0U);
  }
  return crc;
}

// Moves the end that the last page declares by so many samples at 48 kHz.
std::vector<std::byte> with_end_moved(std::vector<std::byte> file, std::int64_t samples) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  const std::size_t at = text.rfind("OggS");
  std::int64_t granule = 0;
  std::memcpy(&granule, &file[at + kGranule], sizeof(granule));
  granule += samples;
  std::memcpy(&file[at + kGranule], &granule, sizeof(granule));
  set_field(file, at + kChecksum, 0);
  set_field(file, at + kChecksum, page_checksum(std::span(file).subspan(at)));
  return file;
}

TEST(Opus, MayDeclareTheEndOfItsLastPacket) {
  const auto file = encode(sine(440, 2, 48000), 48000, SF_FORMAT_OGG | SF_FORMAT_OPUS);
  const auto whole = load(file, 48000);
  ASSERT_TRUE(whole);
  for (const std::int64_t more : {1, 10, 960}) {
    const auto audio = load(with_end_moved(file, more), 48000);
    ASSERT_TRUE(audio) << more << ": " << audio.error().message;
    EXPECT_NEAR(static_cast<double>(audio->y.size()), static_cast<double>(whole->y.size()), 960);
  }
  const auto y = expect_warning(with_end_moved(file, 48000), WarningCode::kTruncated, 48000);
  EXPECT_NEAR(static_cast<double>(y.size()), static_cast<double>(whole->y.size()), 960);
}

}  // namespace
}  // namespace genre::test
