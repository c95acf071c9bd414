#include "evaluate/known_tracks.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/json_text.h"
#include "dataset/fingerprint.h"

namespace genre::evaluate {

std::string training_tracks(const dataset::Table& table, std::span<const std::size_t> rows) {
  const dataset::FingerprintScale scale = dataset::fingerprint_scale(table, rows);
  if (scale.features.empty()) return "";
  nlohmann::ordered_json tracks = nlohmann::ordered_json::array();
  for (const auto& [track, print] : dataset::fingerprints(table, rows, scale)) {
    tracks.push_back(print);
  }
  return base::json_text(nlohmann::ordered_json{
      {"features", scale.features}, {"step", scale.step}, {"tracks", std::move(tracks)}});
}

std::optional<std::size_t> count_known_tracks(const ModelInfo& model, const dataset::Table& table,
                                              std::span<const std::size_t> rows) {
  const auto entry = model.metadata.find(kTrainingTracks);
  if (entry == model.metadata.end()) return std::nullopt;
  dataset::FingerprintScale scale;
  std::vector<std::string> known;
  try {  // anyone can write the metadata of a model
    const auto json = nlohmann::json::parse(entry->second);
    json.at("features").get_to(scale.features);
    json.at("step").get_to(scale.step);
    json.at("tracks").get_to(known);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  const auto is_wrong = [&](std::size_t feature) { return feature >= table.n_features(); };
  if (scale.features.size() != scale.step.size() || std::ranges::any_of(scale.features, is_wrong) ||
      std::ranges::any_of(scale.step, [](float step) { return !(step > 0); })) {
    return std::nullopt;
  }
  const std::unordered_set<std::string> exact(known.begin(), known.end());
  std::size_t n_known = 0;
  for (const auto& [track, print] : dataset::fingerprints(table, rows, scale)) {
    const auto is_same = [&print = print](const std::string& other) {
      return dataset::same_audio(print, other);
    };
    n_known += exact.contains(print) || std::ranges::any_of(known, is_same);
  }
  return n_known;
}

}  // namespace genre::evaluate
