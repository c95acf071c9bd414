#include "batch/prediction_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/json_text.h"
#include "base/text.h"
#include "predict/json.h"

namespace genre::batch {
namespace {

double certainty_of(const Prediction& prediction, const std::string& label) {
  const auto found = std::ranges::find(prediction.labels, label);
  if (found == prediction.labels.end()) {
    throw std::invalid_argument("the prediction lacks " + label);
  }
  return base::rounded(prediction.certainties[found - prediction.labels.begin()]);
}

}  // namespace

Value warnings_cell(std::span<const Warning> warnings) {
  if (warnings.empty()) return {};
  return base::json_text(predict::warnings_json(warnings));
}

std::vector<std::string> prediction_columns(const std::vector<std::string>& labels) {
  std::vector<std::string> names = {"file",      "genre",         "certainty",
                                    "confident", "none_of_these", "duration"};
  names.insert(names.end(), labels.begin(), labels.end());
  names.emplace_back("warnings");
  names.emplace_back("error");
  return names;
}

std::vector<Value> prediction_row(const std::string& file, const Prediction& prediction,
                                  const std::vector<std::string>& labels) {
  const GenreCertainty likeliest = prediction.ranked(prediction.certainties).front();
  const auto& none = prediction.none_of_these;
  std::vector<Value> row = {file,
                            likeliest.genre,
                            base::rounded(likeliest.certainty),
                            prediction.confident ? Value(*prediction.confident) : Value(),
                            none ? Value(base::rounded(*none)) : Value(),
                            base::rounded(prediction.duration, 3)};
  for (const std::string& label : labels) row.emplace_back(certainty_of(prediction, label));
  row.push_back(warnings_cell(prediction.warnings));
  row.emplace_back();
  return row;
}

Record error_record(const std::string& file, std::string_view code, const std::string& message,
                    std::size_t n_columns) {
  Record record;
  record.json = {{"file", file}, {"error", {{"code", code}, {"message", message}}}};
  auto& row = record.rows.emplace_back(n_columns);
  row.front() = file;
  row.back() = fmt::format("{}: {}", code, message);
  return record;
}

}  // namespace genre::batch
