// MP3 as it is found on disks: with tags of all kinds, without a header of the whole, cut, joined
// and damaged. All of it is heard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "audio/mpeg_frames.h"
#include "genre/audio.h"
#include "unit/damaged_audio.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using namespace audio;
using namespace std::string_view_literals;
using Bytes = std::vector<std::byte>;

constexpr int kRate = 44100;
constexpr double kFrame = 1152.0 / kRate;  // s

Bytes mp3(double seconds, double hz = 440) {
  return encode(sine(hz, seconds, kRate), kRate, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Without its first frame, in which LAME writes how long the audio is.
Bytes without_header(const Bytes& file) {
  const auto second = find_mpeg_frame(std::span(file).subspan(1), true);
  return {file.begin() + 1 + static_cast<std::ptrdiff_t>(*second), file.end()};
}

double seconds(const Bytes& file) {
  const auto audio = load(file, kRate);
  EXPECT_TRUE(audio) << audio.error().message;
  return audio ? static_cast<double>(audio->y.size()) / kRate : 0;
}

Bytes noise(std::size_t n, std::uint8_t most = 255) {
  std::mt19937 random(1);
  Bytes bytes(n);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() % (most + 1U));
  return bytes;
}

// An ID3v2 tag that says it has so many bytes behind its header.
Bytes id3_header(std::uint32_t size, std::uint8_t flags = 0) {
  Bytes tag = to_bytes("ID3\4\0"sv);
  tag.push_back(static_cast<std::byte>(flags));
  for (int shift = 21; shift >= 0; shift -= 7) {
    tag.push_back(static_cast<std::byte>(size >> shift & 0x7F));
  }
  return tag;
}

Bytes ape_tag(std::uint32_t size) {
  Bytes tag(32 + size, std::byte{' '});
  std::ranges::copy(to_bytes("APETAGEX"sv), tag.begin());
  set_field(tag, 8, 2000);
  set_field(tag, 12, size);
  return tag;
}

TEST(MpegFrames, AreFoundOnlyInARow) {
  const Bytes file = mp3(1);
  EXPECT_EQ(find_mpeg_frame(file, true), 0);
  EXPECT_EQ(find_mpeg_frame(noise(1000, 254) + file, true), 1000);
  EXPECT_EQ(find_mpeg_frame(noise(1 << 20), true), std::nullopt);
  EXPECT_EQ(find_mpeg_frame(first(file, 3), true), std::nullopt);
  EXPECT_EQ(find_mpeg_frame({}, true), std::nullopt);
  const auto text = to_bytes("\xff\xfb\x90\x64 only looks like a frame"sv);
  EXPECT_EQ(find_mpeg_frame(text, true), std::nullopt);
}

TEST(Mpeg, IsHeardToItsEndWithoutAHeaderOfTheWhole) {
  // Noise first: its large frames make the rest, of small ones, look shorter than it is.
  std::mt19937 random(1);
  std::vector<float> y(static_cast<std::size_t>(5.5 * kRate));
  for (float& sample : std::span(y).first(kRate)) {
    sample = static_cast<float>(random() % 2000) / 2000 - 0.5F;
  }
  const auto file = encode_vbr_mp3(y, kRate);
  EXPECT_NEAR(seconds(file), 5.5, 1e-3);
  EXPECT_NEAR(seconds(without_header(file)), 5.5, 3 * kFrame);
}

TEST(Mpeg, StartsBehindAnyTag) {
  const Bytes file = mp3(1);
  const double whole = seconds(file);
  const Bytes zeros(512);
  for (const auto& [name, front] : {
           std::pair("one zero byte"sv, Bytes(1)),
           {"ID3v2", id3_header(20) + Bytes(20)},
           {"ID3v2 with a footer", id3_header(20, 0x10) + Bytes(20) + id3_header(20)},
           {"ID3v2 and zeros", id3_header(20) + Bytes(20) + zeros},
           {"two ID3v2", id3_header(20) + Bytes(20) + id3_header(0)},
           {"ID3v2 and ID3v1", id3_header(0) + to_bytes("TAG"sv) + Bytes(125, std::byte{' '})},
           {"APE", ape_tag(100)},
           {"a large APE", ape_tag(200'000)},
           {"APE and ID3v2", ape_tag(10) + id3_header(5) + Bytes(5)},
           {"ID3v2 that says it is longer than the file", id3_header(0xFFFFFFF)},
           {"ID3v2 that says it is shorter", id3_header(10) + noise(300'000, 254)},
       }) {
    EXPECT_NEAR(seconds(front + file), whole, 2 * kFrame) << name;
  }
}

TEST(Mpeg, StartsInTheMiddleOfAFrame) {
  const Bytes file = mp3(2);
  for (const std::size_t cut : {1U, 2U, 100U, 5000U}) {
    const double lost = static_cast<double>(cut) / static_cast<double>(file.size()) * 2;
    EXPECT_NEAR(seconds({file.begin() + cut, file.end()}), 2 - lost, 4 * kFrame) << cut;
  }
}

TEST(Mpeg, OfJoinedFilesIsHeardAll) {
  EXPECT_NEAR(seconds(mp3(1) + mp3(2, 880)), 3, 4 * kFrame);
  EXPECT_NEAR(seconds(mp3(1) + id3_header(2000) + noise(2000, 254) + mp3(1)), 2, 4 * kFrame);
}

TEST(Mpeg, OfAnotherSampleRateIsBroughtToTheFirst) {
  const auto half =
      encode(sine(440, 1, kRate / 2), kRate / 2, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
  const auto audio = load(mp3(1) + half, kRate);
  ASSERT_TRUE(audio) << audio.error().message;
  EXPECT_EQ(audio->info.sample_rate, kRate);
  EXPECT_NEAR(static_cast<double>(audio->y.size()) / kRate, 2, 0.15);
  // It is still the same tone: as many changes of sign in its middle.
  const auto tone = std::span(audio->y).subspan(kRate * 5 / 4, kRate / 2);
  int crossings = 0;
  for (std::size_t i = 1; i < tone.size(); ++i) crossings += (tone[i - 1] < 0) != (tone[i] < 0);
  EXPECT_NEAR(crossings, 440, 5);
}

TEST(Mpeg, GoesOnBehindAHole) {
  const Bytes file = mp3(6);
  for (const std::uint8_t most : {std::uint8_t{0}, std::uint8_t{254}}) {
    Bytes damaged = file;
    const std::size_t size = file.size() / 6;
    std::ranges::copy(noise(size, most), damaged.begin() + static_cast<std::ptrdiff_t>(2 * size));
    EXPECT_NEAR(seconds(damaged), 5, 6 * kFrame) << int{most};
  }
}

TEST(Mpeg, IsNotFoundInOtherThings) {
  expect_error(noise(1 << 18, 254), ErrorCode::kNotAudio);
  expect_error(Bytes(1 << 18), ErrorCode::kNotAudio);
  expect_error(id3_header(100) + noise(50'000, 254), ErrorCode::kNotAudio);
  expect_error(noise(200'000, 254) + mp3(1), ErrorCode::kNotAudio);  // a film, perhaps
}

}  // namespace
}  // namespace genre::test
