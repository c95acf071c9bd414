#include "predict/input_rows.h"

#include <algorithm>
#include <utility>

#include "model/shape.h"
#include "predict/source_audio.h"
#include "predict/windows.h"

namespace genre::predict {
namespace {

ModelInfo info_of(std::vector<ModelInput> inputs) {
  ModelInfo info;
  info.inputs = std::move(inputs);
  return info;
}

}  // namespace

InputRows::InputRows(std::vector<ModelInput> inputs,
                     const std::map<std::string, std::shared_ptr<const Model>>& networks)
    : info_(info_of(std::move(inputs))), inputs_(info_.inputs, networks) {
  for (const ModelInput& input : info_.inputs) {
    n_values_ += model::size_of(model::shape_of(input));
  }
}

Result<InputRows::Rows> InputRows::read(AudioStream& stream, const WindowOptions& options) {
  const int sr = sample_rate();
  SourceAudio source(info_, stream.info().sample_rate);
  stream.on_decoded([&](std::int64_t first, std::span<const float> y) { source.add(first, y); });
  std::vector<std::vector<std::vector<float>>> windows;  // [n_windows][n_inputs]
  const auto seconds =
      for_each_window(stream, sr, options, {}, [&](const WindowReader::Window& window) {
        if (is_silent(window.y)) return;
        inputs_.compute({.y = window.y, .sr = sr}, source.window(window.start, window.end));
        windows.push_back(inputs_.copy().front());
      });
  stream.on_decoded({});  // source ends here
  if (!seconds) return tl::make_unexpected(seconds.error());
  while (true) {
    const auto more = source.compute_next(inputs_);
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
  }
  Rows rows{.values = {}, .seconds = *seconds};
  for (const auto& window : windows) {
    auto& row = rows.values.emplace_back();
    row.reserve(n_values_);
    for (std::size_t input = 0; input < window.size(); ++input) {
      // Empty: the same for all windows of the file.
      const std::span<const float> values =
          window[input].empty() ? source.values(input) : std::span<const float>(window[input]);
      row.insert(row.end(), values.begin(), values.end());
    }
  }
  return rows;
}

}  // namespace genre::predict
