// What extraction and prediction allocate, counted where all allocations of the process pass: this
// program's own malloc, which hands on to glibc's.
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "features/gtzan26.h"
#include "genre/predictor.h"
#include "librosa/own_signals.h"
#include "unit/encode.h"

namespace {

std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> live_bytes{0};
std::atomic<std::size_t> peak_bytes{0};

void* counted(void* memory) {
  ++allocations;
  const std::size_t live = live_bytes += malloc_usable_size(memory);
  for (std::size_t peak = peak_bytes; live > peak && !peak_bytes.compare_exchange_weak(peak, live);)
    ;
  return memory;
}

}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) noexcept { return counted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept {
  return counted(__libc_calloc(count, size));
}
void* realloc(void* memory, std::size_t size) noexcept {
  live_bytes -= malloc_usable_size(memory);
  return counted(__libc_realloc(memory, size));
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) noexcept {
  live_bytes -= malloc_usable_size(memory);
  __libc_free(memory);
}
}

namespace genre::test {
namespace {

using namespace features;

// Seconds of music of a kind: chords, quiet and loud, over noise.
std::vector<float> song(double seconds) {
  const auto chord = own_signal("chord_and_noise"), quiet = own_signal("noise");
  std::vector<float> y;
  while (static_cast<double>(y.size()) < seconds * kSampleRate) {
    y.insert(y.end(), chord.begin(), chord.end());
    for (const float sample : quiet) y.push_back(0.1F * sample);
  }
  y.resize(static_cast<std::size_t>(seconds * kSampleRate));
  return y;
}

TEST(Allocations, AreCounted) {
  const std::size_t before = allocations, bytes = live_bytes;
  auto memory = std::make_unique<std::vector<float>>(1000);
  EXPECT_EQ(allocations - before, 2U);
  EXPECT_GE(live_bytes - bytes, 4000U);
  memory.reset();
  EXPECT_EQ(live_bytes, bytes);
}

TEST(Allocations, ExtractorMakesNoneOnceItIsWarm) {
  const std::vector<std::vector<float>> clips = {song(3), own_signal("chord_minus_35_cents"),
                                                 own_signal("sine_1000"), song(30), song(3)};
  Gtzan26Extractor extractor;
  std::array<float, kGtzan26Size> features{};
  for (const auto& clip : clips) extractor.extract(clip, features);

  const std::size_t before = allocations;
  for (const auto& clip : clips) extractor.extract(clip, features);
  EXPECT_EQ(allocations, before);
}

TEST(Allocations, TextureMakesNoneOnceItIsWarm) {
  const std::vector<std::vector<float>> clips = {song(3), song(0.1), own_signal("silence")};
  FeatureExtractor extractor(FeatureSet::kTexture);
  std::vector<float> features(feature_names(FeatureSet::kTexture).size());
  extractor.extract(clips.front(), features);

  const std::size_t before = allocations;
  for (const auto& clip : clips) extractor.extract(clip, features);
  EXPECT_EQ(allocations, before);
}

TEST(Allocations, ExtractorKeepsLessThanFourMebibytes) {
  std::array<float, kGtzan26Size> features{};
  Gtzan26Extractor().extract(song(3), features);  // makes the tables that all extractors share
  for (const auto& [seconds, limit] : {std::pair(3.0, 1e6), std::pair(30.0, 4.0 * 1024 * 1024)}) {
    const auto clip = song(seconds);
    const std::size_t before = live_bytes;
    Gtzan26Extractor extractor;
    extractor.extract(clip, features);
    EXPECT_LT(live_bytes - before, limit) << seconds << " s";
  }
}

TEST(Allocations, TextureKeepsLessThanHalfAMebibyte) {
  const auto clip = song(3);
  std::vector<float> features(feature_names(FeatureSet::kTexture).size());
  FeatureExtractor(FeatureSet::kTexture).extract(clip, features);  // makes the shared tables
  const std::size_t before = live_bytes;
  FeatureExtractor extractor(FeatureSet::kTexture);
  extractor.extract(clip, features);
  EXPECT_LT(live_bytes - before, 512U * 1024);
}

TEST(Allocations, PredictorsMemoryDoesNotGrowWithTheSong) {
  Predictor predictor(Model::builtin());
  const auto peak_of = [&](double seconds) {
    const auto file = encode_wav(song(seconds), kSampleRate);
    static_cast<void>(predictor.predict(file));  // what is made once
    const std::size_t before = live_bytes;
    peak_bytes = before;
    const auto prediction = predictor.predict(file);
    EXPECT_TRUE(prediction);
    return peak_bytes - before;
  };
  const std::size_t of_a_clip = peak_of(30), of_a_song = peak_of(600);
  constexpr std::size_t kSegment = 512;  // bytes of a window's answer
  EXPECT_LT(of_a_song, of_a_clip + 200 * kSegment);
}

}  // namespace
}  // namespace genre::test
