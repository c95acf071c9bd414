#include "server/api/predict_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "server/http/multipart.h"
#include "server/http/problem.h"

namespace genre::server {
namespace {

constexpr std::string_view kFileField = "file";

// The parts that are files, at least one.
tl::expected<std::vector<Part>, Response> find_files(std::span<const std::byte> body,
                                                     const std::string& boundary) {
  auto parts = parse_multipart(body, boundary);
  if (!parts) return tl::make_unexpected(problem(400, "malformed_multipart", parts.error()));
  std::vector<Part> files;
  std::string names;
  for (Part& part : *parts) {
    names += (names.empty() ? "" : ", ") + part.name;
    if (part.name == kFileField) files.push_back(std::move(part));
  }
  if (!files.empty()) return files;
  return tl::make_unexpected(problem(400, "missing_file",
                                     fmt::format("The form has no field \"{}\"; its fields: {}.",
                                                 kFileField, names.empty() ? "none" : names)));
}

// {"certainty", "genre"} of every label, in the model's order.
std::string original_json(const Prediction& prediction) {
  auto json = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < prediction.labels.size(); ++i) {
    const double certainty = prediction.certainties[i];
    json.push_back(
        {{"certainty", std::round(certainty * 100) / 100}, {"genre", prediction.labels[i]}});
  }
  return json.dump();
}

// used: segments that the answer has already.
Result<Prediction> predict_bounded(const PredictJob& job, std::span<const std::byte> file,
                                   std::size_t used, Predictor& predictor) {
  std::size_t limit = kMaxSegments;
  if (job.json.features) {
    const auto feature_set = job.windows.feature_set.value_or(predictor.model().info().feature_set);
    limit = std::min(limit, kMaxFeatureValues / feature_names(feature_set).size());
  }
  WindowOptions windows = job.windows;
  windows.max_windows = limit - std::min(limit, used);
  return predictor.predict(file, windows);
}

Response predict(const PredictJob& job, std::span<const std::byte> file, Predictor& predictor) {
  const auto prediction = predict_bounded(job, file, 0, predictor);
  if (!prediction) return problem(prediction.error());
  if (job.form == AnswerForm::kOriginal) return {.body = original_json(*prediction)};
  return {.body = to_json(*prediction, predictor.model().info(), job.json).dump()};
}

Response predict_batch(const PredictJob& job, std::span<const Part> files, Predictor& predictor) {
  auto results = nlohmann::ordered_json::array();
  std::size_t n_segments = 0;
  for (const Part& file : files) {
    const auto prediction = predict_bounded(job, file.content, n_segments, predictor);
    if (prediction) n_segments += prediction->segments.size();
    auto result = nlohmann::ordered_json::object();
    if (file.filename) result["file"] = *file.filename;
    result.update(prediction ? to_json(*prediction, predictor.model().info(), job.json)
                             : problem_json(prediction.error()));
    results.push_back(std::move(result));
  }
  return {.body = results.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace

Response run(const PredictJob& job, std::span<const std::byte> body, Predictor& predictor) {
  if (!job.boundary) return predict(job, body, predictor);
  const auto files = find_files(body, *job.boundary);
  if (!files) return files.error();
  const bool batch = files->size() > 1 && job.form == AnswerForm::kRich;
  return batch ? predict_batch(job, *files, predictor)
               : predict(job, files->front().content, predictor);
}

}  // namespace genre::server
