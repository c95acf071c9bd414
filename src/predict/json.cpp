#include "predict/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/shortest.h"
#include "base/text.h"

namespace genre::predict {
namespace {

using Json = nlohmann::ordered_json;

using base::rounded;
using base::shortest;

// Adds the keys genre, certainty and genres, which the file and each segment have.
void add_genres(Json& json, const Prediction& prediction, std::span<const float> certainties,
                std::size_t top) {
  const auto ranked = prediction.ranked(certainties);
  json["genre"] = ranked.front().genre;
  json["certainty"] = rounded(ranked.front().certainty);
  Json& genres = json["genres"] = Json::array();
  for (std::size_t i = 0; i < std::min(top, ranked.size()); ++i) {
    Json& entry = genres.emplace_back(Json::object());
    entry["genre"] = ranked[i].genre;
    entry["certainty"] = rounded(ranked[i].certainty);
  }
}

}  // namespace

Json segment_json(const Prediction& prediction, const Segment& segment,
                  const JsonOptions& options) {
  Json json = {{"start", rounded(segment.start, 3)}, {"end", rounded(segment.end, 3)}};
  add_genres(json, prediction, segment.certainties, options.top);
  if (options.features) json["features"] = features_json(prediction.feature_set, segment.features);
  return json;
}

Json features_json(FeatureSet feature_set, std::span<const float> features) {
  Json json = Json::object();
  for (std::size_t i = 0; i < features.size(); ++i) {
    json[feature_names(feature_set)[i]] = shortest(features[i]);
  }
  return json;
}

Json warnings_json(std::span<const Warning> warnings) {
  Json list = Json::array();
  for (const Warning& warning : warnings) {
    list.push_back({{"code", to_string(warning.code)},
                    {"message", warning.message},
                    {"from", rounded(warning.from, 3)},
                    {"to", rounded(warning.to, 3)}});
  }
  return list;
}

Json to_json(const Prediction& prediction, const ModelInfo& model, const JsonOptions& options) {
  Json json = Json::object();
  add_genres(json, prediction, prediction.certainties, options.top);
  json["confident"] = prediction.confident ? Json(*prediction.confident) : Json();
  json["none_of_these"] =
      prediction.none_of_these ? Json(rounded(*prediction.none_of_these)) : Json();
  if (prediction.tags) {
    Json& tags = json["tags"] = Json::array();
    for (const auto& [name, probability] : *prediction.tags) {
      tags.push_back({{"tag", name}, {"probability", rounded(probability)}});
    }
  }
  if (options.segments) {
    Json segments = Json::array();
    for (const Segment& segment : prediction.segments) {
      segments.push_back(segment_json(prediction, segment, options));
    }
    json["segments"] = std::move(segments);
  }
  if (prediction.excerpts) json["excerpts"] = prediction.segments.size();
  json["duration"] = rounded(prediction.duration, 3);
  json["sample_rate"] = prediction.audio.sample_rate;
  json["model"] = model.name;
  json["warnings"] = warnings_json(prediction.warnings);
  return json;
}

}  // namespace genre::predict
