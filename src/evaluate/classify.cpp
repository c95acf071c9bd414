#include "evaluate/classify.h"

#include <fmt/format.h>

#include <algorithm>

namespace genre::evaluate {

Result<dataset::Table> with_labels(dataset::Table table, const ModelInfo& model) {
  const std::vector<std::string>& labels = model.labels;
  const FeaturesInput* features = model.only_features();
  if (!features) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: the model needs audio, but this is a feature table", table.name));
  }
  if (table.feature_set != features->feature_set) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: it has feature set {}; the model expects {}", table.name,
                            to_string(table.feature_set), to_string(features->feature_set)));
  }
  std::vector<std::size_t> label_of;  // index in the table -> index in the model
  for (const std::string& genre : table.labels) {
    const auto found = std::ranges::find(labels, genre);
    if (found == labels.end()) {
      return fail(ErrorCode::kBadTable,
                  fmt::format("{}: the model does not know the genre {}; it knows {}", table.name,
                              genre, fmt::join(labels, ", ")));
    }
    label_of.push_back(static_cast<std::size_t>(found - labels.begin()));
  }
  for (dataset::Row& row : table.rows) row.label = label_of[row.label];
  table.labels = labels;
  return table;
}

Predictions classify(const std::shared_ptr<const Model>& model, const dataset::Table& table,
                     std::span<const std::size_t> rows) {
  Classifier classifier(model);
  const std::size_t n_labels = table.labels.size();
  Predictions predictions{.certainties = std::vector<float>(rows.size() * n_labels),
                          .novelty = {},
                          .window_correlation = model->info().window_correlation};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    classifier.predict_proba(table.rows[rows[i]].features,
                             std::span(predictions.certainties).subspan(i * n_labels, n_labels));
    predictions.novelty.push_back(static_cast<float>(classifier.novelty()));
  }
  return predictions;
}

}  // namespace genre::evaluate
