#include "decode/converter.h"

#include <algorithm>
#include <cstdint>
#include <new>

namespace genre::decode {
namespace {

// Many files declare only the number of channels, not their layout.
AVChannelLayout layout_of(const AVFrame& frame) {
  AVChannelLayout layout{};
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&layout, frame.ch_layout.nb_channels);
  } else if (av_channel_layout_copy(&layout, &frame.ch_layout) < 0) {
    throw std::bad_alloc();
  }
  return layout;
}

}  // namespace

Converter::Converter(const AVFrame& first)
    : sample_rate_(first.sample_rate), layout_(layout_of(first)) {}

Converter::~Converter() {
  swr_free(&swr_);
  av_channel_layout_uninit(&layout_);
  av_channel_layout_uninit(&from_);
}

bool Converter::fits(const AVFrame& frame) const {
  return swr_ != nullptr && frame.format == format_ && frame.sample_rate == rate_ &&
         frame.ch_layout.nb_channels == from_.nb_channels;
}

void Converter::start(const AVFrame& frame) {
  swr_free(&swr_);
  av_channel_layout_uninit(&from_);
  from_ = layout_of(frame);
  format_ = frame.format;
  rate_ = frame.sample_rate;
  const bool started =
      swr_alloc_set_opts2(&swr_, &layout_, AV_SAMPLE_FMT_FLT, sample_rate_, &from_,
                          static_cast<AVSampleFormat>(format_), rate_, 0, nullptr) == 0 &&
      swr_init(swr_) == 0;
  if (!started) throw std::bad_alloc();
}

void Converter::append(const AVFrame* frame) {
  const int n_in = frame != nullptr ? frame->nb_samples : 0;
  const int most = swr_get_out_samples(swr_, n_in);
  if (most <= 0) return;
  const std::size_t size = block_.size();
  const auto n_channels = static_cast<std::size_t>(channels());
  block_.resize(size + static_cast<std::size_t>(most) * n_channels);
  auto* to = reinterpret_cast<std::uint8_t*>(block_.data() + size);
  // swr_convert does not write to its input, although its parameter is not const.
  auto** from = frame != nullptr ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr;
  const int n_out = swr_convert(swr_, &to, most, from, n_in);
  block_.resize(size + static_cast<std::size_t>(std::max(0, n_out)) * n_channels);
}

std::span<const float> Converter::convert(const AVFrame& frame) {
  block_.clear();
  if (!fits(frame)) {
    if (swr_ != nullptr) append(nullptr);
    start(frame);
  }
  append(&frame);
  return block_;
}

std::span<const float> Converter::finish() {
  block_.clear();
  if (swr_ != nullptr) append(nullptr);
  return block_;
}

}  // namespace genre::decode
