#include "evaluate/classify.h"

#include <fmt/format.h>

#include <algorithm>

namespace genre::evaluate {
namespace {

// Of a table that has them in place of features: the certainties, the novelty and the logit of none
// of these in each row.
Predictions predictions_of(const ModelInfo& model, const dataset::Table& table,
                           std::span<const std::size_t> rows) {
  Predictions predictions{
      .certainties = {}, .novelty = {}, .window_correlation = model.window_correlation};
  const std::size_t n_labels = model.labels.size();
  for (const std::size_t row : rows) {
    const std::span<const float> values = table.rows[row].features;
    const auto certainties = values.first(n_labels);
    predictions.certainties.insert(predictions.certainties.end(), certainties.begin(),
                                   certainties.end());
    predictions.novelty.push_back(values[n_labels]);
    if (!model.outputs.none.empty()) predictions.none.push_back(values[n_labels + 1]);
  }
  return predictions;
}

}  // namespace

Result<dataset::Table> with_labels(dataset::Table table, const ModelInfo& model) {
  const std::vector<std::string>& labels = model.labels;
  const FeaturesInput* features = model.only_features();
  if (!features && !table.predicted) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: the model needs audio, but this is a feature table", table.name));
  }
  if (features && table.feature_set != features->feature_set) {
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
  if (table.predicted) return predictions_of(model->info(), table, rows);
  Classifier classifier(model);
  const std::size_t n_labels = table.labels.size();
  Predictions predictions{.certainties = std::vector<float>(rows.size() * n_labels),
                          .novelty = {},
                          .window_correlation = model->info().window_correlation};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    classifier.predict_proba(table.rows[rows[i]].features,
                             std::span(predictions.certainties).subspan(i * n_labels, n_labels));
    predictions.novelty.push_back(static_cast<float>(classifier.novelty()));
    if (!model->info().outputs.none.empty()) {
      predictions.none.push_back(static_cast<float>(classifier.none()));
    }
  }
  return predictions;
}

}  // namespace genre::evaluate
