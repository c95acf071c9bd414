#include "batch/prediction_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace genre::batch {
namespace {

using Json = nlohmann::ordered_json;

const Json& entry_of(const Json& genres, const std::string& label) {
  const auto entry =
      std::ranges::find_if(genres, [&](const Json& genre) { return genre.at("genre") == label; });
  if (entry == genres.end()) throw std::invalid_argument("the prediction lacks " + label);
  return *entry;
}

}  // namespace

std::vector<std::string> prediction_columns(const std::vector<std::string>& labels) {
  std::vector<std::string> names = {"file", "genre", "certainty", "confident", "duration"};
  names.insert(names.end(), labels.begin(), labels.end());
  names.emplace_back("error");
  return names;
}

std::vector<Value> prediction_row(const std::string& file, const Json& prediction,
                                  const std::vector<std::string>& labels) {
  const Json& confident = prediction.at("confident");
  std::vector<Value> row = {file, prediction.at("genre").get<std::string>(),
                            prediction.at("certainty").get<double>(),
                            confident.is_null() ? Value() : Value(confident.get<bool>()),
                            prediction.at("duration").get<double>()};
  for (const std::string& label : labels) {
    row.emplace_back(entry_of(prediction.at("genres"), label).at("certainty").get<double>());
  }
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
