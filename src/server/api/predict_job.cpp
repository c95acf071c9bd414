#include "server/api/predict_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "server/http/multipart.h"
#include "server/http/problem.h"

namespace genre::server {
namespace {

constexpr std::string_view kFileField = "file";

tl::expected<std::span<const std::byte>, Response> find_file(std::span<const std::byte> body,
                                                             const std::string& boundary) {
  const auto parts = parse_multipart(body, boundary);
  if (!parts) return tl::make_unexpected(problem(400, "malformed_multipart", parts.error()));
  const auto file = std::ranges::find(*parts, kFileField, &Part::name);
  if (file != parts->end()) return file->content;

  std::string names;
  for (const Part& part : *parts) names += (names.empty() ? "" : ", ") + part.name;
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

}  // namespace

Response run(const PredictJob& job, std::span<const std::byte> body, Predictor& predictor) {
  auto file = body;
  if (job.boundary) {
    auto found = find_file(body, *job.boundary);
    if (!found) return std::move(found.error());
    file = *found;
  }
  const auto prediction = predictor.predict(file, job.windows);
  if (!prediction) return problem(prediction.error());
  if (job.form == AnswerForm::kOriginal) return {.body = original_json(*prediction)};
  return {.body = to_json(*prediction, predictor.model().info(), job.json).dump()};
}

}  // namespace genre::server
