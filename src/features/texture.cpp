#include "features/texture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "features/dct.h"
#include "features/frames.h"
#include "features/kernels.h"
#include "features/mel.h"
#include "features/modulation.h"
#include "features/spectrogram.h"
#include "genre/features.h"

namespace genre::features {
namespace {

constexpr std::size_t kMaxSamples = std::size_t{3} * kSampleRate;
constexpr float kTopDb = 80.0F;  // power_to_db's default

constexpr std::size_t kNCepstra = 40;
constexpr std::size_t kNCorrelatedCepstra = 20;
constexpr std::size_t kNBands = 32;  // each of four mel bands
constexpr std::size_t kNCorrelatedBands = kNBands / 2;
constexpr std::array<int, 5> kPercentiles = {5, 25, 50, 75, 95};
constexpr std::array<int, 4> kDeltaPercentiles = {5, 25, 75, 95};
constexpr std::array<std::size_t, 4> kLags = {1, 2, 4, 8};  // frames
constexpr float kSmallestStd = 1e-3F;      // dB, added to a deviation before a division by it
constexpr float kDbPerModulation = 20.0F;  // one unit of the modulation bank's input

using Frames = std::array<float, kTextureFrames>;

// In double precision, so that the deviation of equal values is 0.
float mean_of(std::span<const float> x) {
  double sum = 0;
  for (const float value : x) sum += value;
  return static_cast<float>(sum / static_cast<double>(x.size()));
}

float std_of(std::span<const float> x) {
  const float mean = mean_of(x);
  float sum = 0;
  for (const float value : x) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<float>(x.size()));
}

// numpy.percentile of sorted values.
float percentile(std::span<const float> sorted, int q) {
  const double position = q / 100.0 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const auto weight = static_cast<float>(position - static_cast<double>(below));
  return sorted[below] + weight * (sorted[above] - sorted[below]);
}

// numpy.diff.
std::array<float, kTextureFrames - 1> deltas_of(std::span<const float> x) {
  std::array<float, kTextureFrames - 1> deltas{};
  for (std::size_t t = 0; t < deltas.size(); ++t) deltas[t] = x[t + 1] - x[t];
  return deltas;
}

// The DCT of the mel bands, as the left operand of a product: [n_cepstra, n_mels].
const std::vector<BandedRow>& dct_rows() {
  static const std::vector<BandedRow> rows = [] {
    std::vector<BandedRow> banded;
    for (const auto& row : dct_basis(kNCepstra)) banded.push_back({0, {row.begin(), row.end()}});
    return banded;
  }();
  return rows;
}

// Writes features in sequence.
class Writer {
 public:
  explicit Writer(std::span<float> features) : rest_(features) {}
  void add(float value) {
    rest_.front() = value;
    rest_ = rest_.subspan(1);
  }
  [[nodiscard]] std::span<float> rest() const { return rest_; }

 private:
  std::span<float> rest_;
};

std::span<const float> frames_of(const FrameRow& row) {
  return std::span(row).first(kTextureFrames);
}

// Subtracts the mean over time and divides by the standard deviation.
void normalise(std::span<Frames> rows) {
  for (Frames& row : rows) {
    const float mean = mean_of(row), scale = 1 / (std_of(row) + kSmallestStd);
    for (float& value : row) value = (value - mean) * scale;
  }
}

// Adds the correlation of each pair of normalised rows.
void add_correlations(std::span<const Frames> rows, Writer& features) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      float sum = 0;
      for (std::size_t t = 0; t < kTextureFrames; ++t) sum += rows[i][t] * rows[j][t];
      features.add(sum / kTextureFrames);
    }
  }
}

// Adds the autocorrelations of each normalised row at kLags.
void add_autocorrelations(std::span<const Frames> rows, Writer& features) {
  for (const std::size_t lag : kLags) {
    for (const Frames& row : rows) {
      float sum = 0;
      for (std::size_t t = lag; t < kTextureFrames; ++t) sum += row[t] * row[t - lag];
      features.add(sum / static_cast<float>(kTextureFrames - lag));
    }
  }
}

void add_cepstra(std::span<const FrameRow, kNCepstra> cepstra, Writer& features) {
  for (const FrameRow& row : cepstra.subspan(1)) features.add(mean_of(frames_of(row)));
  for (const FrameRow& row : cepstra) features.add(std_of(frames_of(row)));
  for (const FrameRow& row : cepstra) features.add(std_of(deltas_of(row)));
  std::array<Frames, kNCorrelatedCepstra> normal{};
  for (std::size_t k = 0; k < kNCorrelatedCepstra; ++k) {
    std::ranges::copy(frames_of(cepstra[k]), normal[k].begin());
  }
  normalise(normal);
  add_correlations(normal, features);
  add_autocorrelations(normal, features);
}

void add_bands(std::span<const FrameRow, kNMels> log_mel, Writer& features) {
  constexpr std::size_t kMelsPerBand = kNMels / kNBands;
  std::array<Frames, kNBands> bands{};
  for (std::size_t m = 0; m < kNMels; ++m) {
    for (std::size_t t = 0; t < kTextureFrames; ++t) {
      bands[m / kMelsPerBand][t] += log_mel[m][t] / kMelsPerBand;
    }
  }
  for (Frames band : bands) {
    const float mean = mean_of(band);
    std::ranges::sort(band);
    for (const int q : kPercentiles) features.add(percentile(band, q) - (q == 50 ? 0 : mean));
  }
  for (const Frames& band : bands) {
    auto deltas = deltas_of(band);
    std::ranges::sort(deltas);
    for (const int q : kDeltaPercentiles) features.add(percentile(deltas, q));
  }
  std::array<Frames, kNCorrelatedBands> normal{};
  for (std::size_t i = 0; i < kNCorrelatedBands; ++i) normal[i] = bands[2 * i];
  normalise(normal);
  add_correlations(normal, features);
}

}  // namespace

struct TextureExtractor::Impl {
  Spectrogram spectrogram;
  std::shared_ptr<const MelFilters> mel_filters = features::mel_filters({});
  SpectrumBlock magnitude, power;
  MelBlock mel;
  LogMel log_mel;
  std::array<FrameRow, kNMels> rows{};  // the log-mel spectrogram minus its mean
  std::array<FrameRow, kNCepstra> cepstra{};
  ModulationBank modulation;
};

TextureExtractor::TextureExtractor() : impl_(std::make_unique<Impl>()) {}
TextureExtractor::TextureExtractor(TextureExtractor&&) noexcept = default;
TextureExtractor& TextureExtractor::operator=(TextureExtractor&&) noexcept = default;
TextureExtractor::~TextureExtractor() = default;

void TextureExtractor::log_mel(std::span<const float> y, LogMel& log_mel) {
  const ClipFrames frames(y.first(std::min(y.size(), kMaxSamples)), kTextureHopLength);
  const std::size_t n_frames = std::min(frames.size(), kTextureFrames);
  for (std::size_t first = 0; first < n_frames; first += kBlockFrames) {
    const std::size_t n = std::min(kBlockFrames, n_frames - first);
    impl_->spectrogram.compute(frames, first, n, impl_->magnitude, impl_->power);
    impl_->mel_filters->apply(impl_->power, impl_->mel);
    for (std::size_t m = 0; m < kNMels; ++m) {
      std::copy_n(impl_->mel.rows[m].begin(), n, log_mel[m].begin() + first);
    }
  }
  const std::span<float> all(log_mel.front().data(), kNMels * kTextureFrames);
  for (auto& band : log_mel) {
    for (std::size_t t = n_frames; t < kTextureFrames; ++t) band[t] = band[t - n_frames];
  }
  power_to_db(all);
  const float loudest = *std::ranges::max_element(all);
  for (float& db : all) db = std::max(db - loudest, -kTopDb);
}

void TextureExtractor::statistics(const LogMel& log_mel, std::span<float> features) {
  const std::span<const float> all(log_mel.front().data(), kNMels * kTextureFrames);
  const float floor = *std::ranges::max_element(all) - kTopDb;
  double sum = 0;
  for (const float db : all) sum += std::max(db, floor);
  const auto mean = static_cast<float>(sum / static_cast<double>(all.size()));
  auto& rows = impl_->rows;
  for (std::size_t m = 0; m < kNMels; ++m) {
    for (std::size_t t = 0; t < kTextureFrames; ++t) {
      rows[m][t] = std::max(log_mel[m][t], floor) - mean;
    }
  }
  Writer writer(features);
  banded_product(dct_rows(), rows, impl_->cepstra);
  add_cepstra(impl_->cepstra, writer);
  add_bands(rows, writer);
  for (FrameRow& row : rows) {
    for (float& value : row) value /= kDbPerModulation;
  }
  impl_->modulation.compute(rows, writer.rest());
}

void TextureExtractor::extract(std::span<const float> y, std::span<float> features) {
  log_mel(y, impl_->log_mel);
  statistics(impl_->log_mel, features);
}

std::span<const std::string> texture_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (std::size_t k = 2; k <= kNCepstra; ++k) all.push_back(fmt::format("mfcc{}_mean", k));
    for (std::size_t k = 1; k <= kNCepstra; ++k) all.push_back(fmt::format("mfcc{}_std", k));
    for (std::size_t k = 1; k <= kNCepstra; ++k) all.push_back(fmt::format("mfcc{}_delta_std", k));
    for (std::size_t i = 1; i <= kNCorrelatedCepstra; ++i) {
      for (std::size_t j = i + 1; j <= kNCorrelatedCepstra; ++j) {
        all.push_back(fmt::format("mfcc{}_mfcc{}_correlation", i, j));
      }
    }
    for (const std::size_t lag : kLags) {
      for (std::size_t k = 1; k <= kNCorrelatedCepstra; ++k) {
        all.push_back(fmt::format("mfcc{}_autocorrelation{}", k, lag));
      }
    }
    for (std::size_t band = 1; band <= kNBands; ++band) {
      for (const int q : kPercentiles) all.push_back(fmt::format("band{}_percentile{}", band, q));
    }
    for (std::size_t band = 1; band <= kNBands; ++band) {
      for (const int q : kDeltaPercentiles) {
        all.push_back(fmt::format("band{}_delta_percentile{}", band, q));
      }
    }
    for (std::size_t i = 1; i <= kNBands; i += 2) {
      for (std::size_t j = i + 2; j <= kNBands; j += 2) {
        all.push_back(fmt::format("band{}_band{}_correlation", i, j));
      }
    }
    for (std::string& name : modulation_names()) all.push_back(std::move(name));
    return all;
  }();
  return names;
}

}  // namespace genre::features
