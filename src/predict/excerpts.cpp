#include "predict/excerpts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace genre::predict {

Excerpts::Excerpts(const NetworkInput::Excerpts& options, int sr)
    : n_(options.n),
      capacity_(2 * std::max<std::size_t>(n_, 2)),  // even; one piece alone would be the first
      length_(static_cast<std::size_t>(std::lround(options.seconds * sr))),
      stride_(length_) {}

void Excerpts::add(std::span<const float> y) {
  while (!y.empty()) {
    const std::size_t piece = position_ / stride_, offset = position_ % stride_;
    if (piece == capacity_) {  // one too many begins
      for (std::size_t i = 1; i < capacity_ / 2; ++i) kept_[i] = std::move(kept_[2 * i]);
      kept_.resize(capacity_ / 2);
      stride_ *= 2;
      continue;
    }
    const bool in_piece = offset < length_;
    const std::size_t count = std::min(y.size(), (in_piece ? length_ : stride_) - offset);
    if (in_piece) {
      if (offset == 0) kept_.emplace_back();
      kept_.back().insert(kept_.back().end(), y.begin(),
                          y.begin() + static_cast<std::ptrdiff_t>(count));
    }
    position_ += count;
    y = y.subspan(count);
  }
}

std::vector<std::span<const float>> Excerpts::pieces() const {
  std::vector<std::span<const float>> chosen;
  for (const Span& span : spans(position_)) chosen.emplace_back(kept_[span.start / stride_]);
  return chosen;
}

std::vector<Excerpts::Span> Excerpts::spans(std::size_t n_samples) const {
  std::size_t stride = length_;
  while (n_samples > capacity_ * stride) stride *= 2;
  std::vector<Span> all;
  for (std::size_t start = 0; start < n_samples; start += stride) {
    all.push_back({start, std::min(length_, n_samples - start)});
  }
  if (all.size() > 1 && all.back().length < (length_ + 1) / 2) all.pop_back();
  if (all.size() <= n_) return all;
  std::vector<Span> chosen;
  for (std::size_t i = 0; i < n_; ++i) {
    // The first and the last piece, and those between; the middle one if only one is wanted.
    const double place = n_ == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(n_ - 1);
    chosen.push_back(
        all[static_cast<std::size_t>(std::lround(place * static_cast<double>(all.size() - 1)))]);
  }
  return chosen;
}

}  // namespace genre::predict
