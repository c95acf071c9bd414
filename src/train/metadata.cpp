#include "train/metadata.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "evaluate/known_tracks.h"
#include "genre/model.h"
#include "train/report.h"

namespace genre::train {
namespace {

using Json = nlohmann::ordered_json;

// Replaces bytes that are not UTF-8: file names can contain any bytes, JSON cannot.
using base::json_text;

}  // namespace

std::map<std::string, std::string> model_metadata(const Options& options,
                                                  const dataset::Table& table,
                                                  const std::vector<Experiment>& experiments) {
  const Experiment& model = experiments.front();
  const Method method = options.train.method;
  Json provenance = {{"program", "genre " GENRE_VERSION},
                     {"data", table.name},
                     {"rows", table.rows.size()},
                     {"augmented", options.data.audio.n_augmented},
                     {"protocol", model.protocol},
                     {"seed", options.train.seed},
                     {"n_train", model.fit.n_train},
                     {"n_validation", model.validation.n_clips},
                     {"network", method == Method::kLda ? "lda" : "dense"}};
  if (options.protocol == kSplitFile) {
    for (const std::string& list : options.split_files) {
      provenance["split_files"].push_back(std::filesystem::path(list).filename().string());
    }
  }
  if (!options.data.group.empty()) provenance["group"] = options.data.group;
  for (std::size_t i = 0; i < table.data_sets.size(); ++i) {
    provenance["data_sets"].push_back(
        {{"name", table.data_sets[i]}, {"weight", options.data_sets[i].weight}});
  }
  if (method == Method::kDense) {
    provenance["epochs"] = model.fit.curve.points.size();
    provenance["batch_size"] = options.train.batch_size;
    provenance["learning_rate"] = options.train.learning_rate;
  }
  if (options.train.balanced) provenance["class_weights"] = "balanced";
  provenance["learning_curve"] = to_json(model.fit.curve);
  Json figures;
  for (const Experiment& experiment : experiments) {
    figures[experiment.protocol] = to_json(experiment);
  }
  const auto threshold = [](const ConfidentThresholds::Threshold& t) {
    return Json{{"certainty", t.certainty}, {"novelty", t.novelty}};
  };
  std::map<std::string, std::string> metadata = {
      {metadata_key::kName, options.name},
      {metadata_key::kFeatureSet, std::string(to_string(table.feature_set))},
      {metadata_key::kPadMode, std::string(to_string(options.data.audio.pad_mode))},
      {metadata_key::kLabels, json_text(nlohmann::json(table.labels))},
      {metadata_key::kWindowCorrelation,
       fmt::format("{:.4f}", *model.fit.network.window_correlation)},
      {metadata_key::kProvenance, json_text(provenance)},
      {metadata_key::kFigures, json_text(figures)}};
  if (const auto& confident = model.confident) {
    metadata[metadata_key::kConfident] = json_text(Json{{"clip", threshold(confident->clip)},
                                                        {"track", threshold(confident->track)},
                                                        {"track_clips", confident->track_clips}});
  }
  if (std::string tracks = evaluate::training_tracks(table, model.learned); !tracks.empty()) {
    metadata[evaluate::kTrainingTracks] = std::move(tracks);
  }
  return metadata;
}

}  // namespace genre::train
