#include "server/api/predict_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_text.h"
#include "base/memory.h"
#include "base/text.h"
#include "http/multipart.h"
#include "server/api/error_response.h"

namespace genre::server {
namespace {

constexpr std::string_view kFileField = "file";

// The parts that are files. An error if there is none.
tl::expected<std::vector<http::Part>, http::Problem> find_files(std::span<const std::byte> body,
                                                                const std::string& boundary) {
  auto parts = http::parse_multipart(body, boundary);
  if (!parts) return tl::make_unexpected(http::Problem{400, "malformed_multipart", parts.error()});
  std::vector<http::Part> files;
  std::string names;
  for (http::Part& part : *parts) {
    names += (names.empty() ? "" : ", ") + part.name;
    if (part.name == kFileField) files.push_back(std::move(part));
  }
  if (!files.empty()) return files;
  return tl::make_unexpected(
      http::Problem{400, "missing_file",
                    fmt::format("The form has no field \"{}\". Fields found: {}.", kFileField,
                                names.empty() ? "none" : names)});
}

// {"certainty", "genre"} of every label, in the model's order.
std::string original_json(const Prediction& prediction) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  auto json = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < prediction.labels.size(); ++i) {
    const double certainty = prediction.certainties[i];
    json.push_back({{"certainty", base::rounded(certainty, 2)}, {"genre", prediction.labels[i]}});
  }
  return base::json_text(json);
}

// used: the segments that are in the response already.
Result<Prediction> predict_bounded(const PredictJob& job, std::span<const std::byte> file,
                                   std::size_t used, Predictor& predictor) {
  std::size_t limit = kMaxSegments;
  if (job.json.features) {
    const auto feature_set = job.windows.feature_set.value_or(predictor.model().info().feature_set);
    limit = std::min(limit, kMaxFeatureValues / feature_names(feature_set).size());
  }
  WindowOptions windows = job.windows;
  windows.max_windows = limit - std::min(limit, used);
  return predictor.predict(AudioFile(file).with_track(job.track), windows);
}

http::Reply predict(const PredictJob& job, std::span<const std::byte> file, Predictor& predictor) {
  const auto prediction = predict_bounded(job, file, 0, predictor);
  if (!prediction) return tl::make_unexpected(to_problem(prediction.error()));
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  if (job.form == ResponseForm::kOriginal)
    return http::Response{.body = original_json(*prediction)};
  return http::Response{
      .body = base::json_text(predict::to_json(*prediction, predictor.model().info(), job.json))};
}

http::Response predict_batch(const PredictJob& job, std::span<const http::Part> files,
                             Predictor& predictor) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  auto results = nlohmann::ordered_json::array();
  std::size_t n_segments = 0;
  for (const http::Part& file : files) {
    const auto prediction = predict_bounded(job, file.content, n_segments, predictor);
    if (prediction) n_segments += prediction->segments.size();
    auto result = nlohmann::ordered_json::object();
    if (file.filename) result["file"] = *file.filename;
    result.update(prediction ? predict::to_json(*prediction, predictor.model().info(), job.json)
                             : http::to_json(to_problem(prediction.error())));
    results.push_back(std::move(result));
  }
  return {.body = base::json_text(results)};
}

}  // namespace

http::Reply run(const PredictJob& job, std::span<const std::byte> body, Predictor& predictor) {
  if (!job.boundary) return predict(job, body, predictor);
  const auto files = find_files(body, *job.boundary);
  if (!files) return tl::make_unexpected(files.error());
  const bool batch = files->size() > 1 && job.form == ResponseForm::kRich;
  if (batch) return predict_batch(job, *files, predictor);
  return predict(job, files->front().content, predictor);
}

}  // namespace genre::server
