#include "train/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json_text.h"
#include "evaluate/known_tracks.h"
#include "genre/model.h"
#include "model/describe.h"
#include "train/report.h"

namespace genre::train {
namespace {

using Json = nlohmann::ordered_json;

// Replaces bytes that are not UTF-8: file names can contain any bytes, JSON cannot.
using base::json_text;

// Networks that genre model pull has written are found there by every command; others become a part
// of the model.
bool is_installed(const Model& network) {
  const auto installed = find_installed_network(network.info().name);
  return installed && std::ranges::equal(*installed, network.onnx());
}

void add_inputs(const dataset::AudioOptions& audio, const dataset::Table& table,
                std::map<std::string, std::string>& metadata) {
  if (audio.inputs.empty()) {
    metadata[metadata_key::kFeatureSet] = to_string(table.feature_set);
    metadata[metadata_key::kPadMode] = to_string(audio.pad_mode);
    return;
  }
  Json inputs = Json::array();
  for (const ModelInput& input : audio.inputs) inputs.push_back(model::to_json(input));
  metadata[metadata_key::kInputs] = json_text(inputs);
  metadata[metadata_key::kWindow] =
      json_text(Json{{"window", *audio.windows.window}, {"hop", *audio.windows.hop}});
  for (const auto& [name, network] : audio.networks) {
    if (is_installed(*network)) continue;
    metadata[metadata_key::kNetwork + name] = base::encode_base64(network->onnx());
  }
}

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
      {metadata_key::kLabels, json_text(nlohmann::json(table.labels))},
      {metadata_key::kWindowCorrelation,
       fmt::format("{:.4f}", *model.fit.network.window_correlation)},
      {metadata_key::kProvenance, json_text(provenance)},
      {metadata_key::kFigures, json_text(figures)}};
  add_inputs(options.data.audio, table, metadata);
  if (const auto& confident = model.confident) {
    metadata[metadata_key::kConfident] = json_text(Json{{"clip", threshold(confident->clip)},
                                                        {"track", threshold(confident->track)},
                                                        {"track_clips", confident->track_clips}});
  }
  // By the features of a network, tracks cannot be told apart from what a model says of them.
  if (!options.data.audio.inputs.empty()) return metadata;
  if (std::string tracks = evaluate::training_tracks(table, model.learned); !tracks.empty()) {
    metadata[evaluate::kTrainingTracks] = std::move(tracks);
  }
  return metadata;
}

}  // namespace genre::train
