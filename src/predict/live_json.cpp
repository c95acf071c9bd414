#include "predict/live_json.h"

#include <utility>

namespace genre::predict {

using Json = nlohmann::ordered_json;

Json window_json(const Segment& segment, const ModelInfo& model, const JsonOptions& options) {
  Json json = {{"type", "window"}};
  Prediction labels;
  labels.labels = model.labels;
  json.update(segment_json(labels, segment, options));
  json["silent"] = segment.silent;
  return json;
}

Json summary_json(const Prediction& prediction, const ModelInfo& model, std::size_t n_windows,
                  bool last, const JsonOptions& options) {
  Json json = {{"type", "summary"}, {"final", last}, {"windows", n_windows}};
  JsonOptions without_segments = options;
  without_segments.segments = false;
  json.update(to_json(prediction, model, without_segments));
  return json;
}

}  // namespace genre::predict
