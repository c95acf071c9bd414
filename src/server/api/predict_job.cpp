#include "server/api/predict_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/json_text.h"
#include "base/memory.h"
#include "base/text.h"
#include "http/multipart.h"
#include "predict/file_prediction.h"
#include "predict/tags.h"
#include "server/api/error_response.h"
#include "server/api/form.h"
#include "server/api/model_choice.h"

namespace genre::server {
namespace {

constexpr double kOriginalDuration = 3.0;  // s; the original service used the first 3 s

WindowOptions windows_of(const PredictJob& job) {
  if (job.form == ResponseForm::kOriginal)
    return {.duration = kOriginalDuration, .strict = job.query.strict};
  return {.hop = job.query.hop,
          .excerpts = job.query.excerpts,
          .keep_features = job.query.json.features,
          .n_tags = job.query.n_tags,
          .feature_set = job.query.feature_set,
          .strict = job.query.strict};
}

// {"certainty", "genre"} of every label, in the model's order.
nlohmann::ordered_json original_json(const Prediction& prediction) {
  auto json = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < prediction.labels.size(); ++i) {
    const double certainty = prediction.certainties[i];
    json.push_back({{"certainty", base::rounded(certainty, 2)}, {"genre", prediction.labels[i]}});
  }
  return json;
}

}  // namespace

struct PredictWork::File {
  File(AudioFile file, std::optional<std::string> file_name, const WindowOptions& options)
      : name(std::move(file_name)), running(std::in_place, std::move(file), options) {}

  std::optional<std::string> name;
  std::optional<predict::FilePrediction> running;  // destroyed at its end, with its decoder
  std::optional<Result<Prediction>> result;
  std::atomic<std::size_t> n_segments = 0;  // so far; 0 after an error
  std::atomic<bool> finished = false;       // n_segments does not change any more
  std::atomic<double> fraction = 0;         // for Progress
};

PredictWork::PredictWork(PredictJob job, std::span<const std::byte> body, ModelInUse model,
                         const Models& models, std::stop_token stop)
    : Work(std::move(model)),
      job_(std::move(job)),
      body_(body),
      models_(models),
      stop_(std::move(stop)) {}

PredictWork::~PredictWork() = default;

// Only after the body was read: the form can name another model.
std::optional<http::Problem> PredictWork::check_tags() const {
  if (job_.form == ResponseForm::kOriginal || job_.query.n_tags == 0) return std::nullopt;
  if (predict::hears_tags(*model_.model)) return std::nullopt;
  return http::Problem{
      400, "bad_parameter",
      fmt::format("The model {} hears no tags. Choose one that does, such as best, "
                  "or start the server with --tags-model mn04.",
                  info().name)};
}

tl::expected<std::size_t, http::Problem> PredictWork::read() {
  if (!job_.boundary) {
    files_.push_back(std::make_unique<File>(AudioFile(body_).with_track(job_.query.track),
                                            std::nullopt, windows_of(job_)));
  } else if (auto problem = read_form()) {
    return tl::make_unexpected(*std::move(problem));
  }
  if (auto problem = check_tags()) return tl::make_unexpected(*std::move(problem));
  return files_.size();
}

std::optional<http::Problem> PredictWork::read_form() {
  auto parts = http::parse_multipart(body_, *job_.boundary);
  if (!parts) return http::Problem{400, "malformed_multipart", std::move(parts.error())};
  const auto is_file = [](const http::Part& part) { return part.name == kFileField; };
  if (std::ranges::none_of(*parts, is_file)) return missing_file(*parts);
  const bool original = job_.form == ResponseForm::kOriginal;
  for (const http::Part& part : *parts) {
    if (is_file(part)) continue;
    if (auto problem = read_field(part)) return problem;
  }
  for (http::Part& part : *parts) {
    if (!is_file(part) || (original && !files_.empty())) continue;
    files_.push_back(std::make_unique<File>(AudioFile(part.content).with_track(job_.query.track),
                                            std::move(part.filename), windows_of(job_)));
  }
  return std::nullopt;
}

std::optional<http::Problem> PredictWork::read_field(const http::Part& part) {
  const std::string_view value(reinterpret_cast<const char*>(part.content.data()),
                               part.content.size());
  if (part.name == kModelParameter) {
    const auto index = find_model(value, models_.names());
    if (!index) return unknown_model(value, models_.names());
    if (*index != model_.index) model_ = {*index, models_.get(*index)};
    return std::nullopt;
  }
  const auto apply = job_.form == ResponseForm::kOriginal ? apply_original_field : apply_form_field;
  if (auto applied = apply(job_.query, part.name, value); !applied) {
    return http::Problem{400, "bad_parameter", std::move(applied.error())};
  }
  return std::nullopt;
}

std::size_t PredictWork::max_segments() const {
  if (!job_.query.json.features) return kMaxSegments;
  const auto feature_set = job_.query.feature_set.value_or(info().shown_features());
  return std::min(kMaxSegments, kMaxFeatureValues / feature_names(feature_set).size());
}

// Only files whose result is certain count, so that the response does not depend on the order in
// which the threads work: the first file that does not fit is the one that has the error.
std::size_t PredictWork::max_segments(std::size_t part) const {
  std::size_t left = max_segments();
  for (std::size_t i = 0; i < part && files_[i]->finished; ++i) {
    const std::size_t used = files_[i]->n_segments;
    if (used <= left) left -= used;
  }
  return left;
}

bool PredictWork::step(std::size_t part, Predictor& predictor) {
  File& file = *files_[part];
  // The second limit is for memory. It is met only if more than one file does not fit.
  const std::size_t in_others = n_segments_ - file.n_segments;
  const std::size_t free = 2 * max_segments() - std::min(2 * max_segments(), in_others);
  file.running->limit_windows(std::min(max_segments(part), free));
  auto predicted = file.running->step(predictor, stop_);
  if (predicted && !*predicted) {
    n_segments_ += file.running->n_windows() - file.n_segments;
    file.n_segments = file.running->n_windows();
    report_progress(file);
    return true;
  }
  if (predicted) {
    file.result.emplace(**std::move(predicted));
  } else {
    n_segments_ -= file.n_segments;
    file.n_segments = 0;
    file.result.emplace(tl::make_unexpected(std::move(predicted.error())));
  }
  file.running.reset();
  file.finished = true;
  report_progress(file);
  return false;
}

void PredictWork::report_progress(File& file) {
  if (!job_.async) return;
  file.fraction = file.running ? file.running->progress().value_or(0) : 1;
  double sum = 0;
  for (const auto& other : files_) sum += other->fraction;
  Progress& progress = *job_.async->progress;
  progress.fraction = sum / static_cast<double>(files_.size());
  progress.n_windows = n_segments_.load();
  progress.started = true;
}

http::Reply PredictWork::finish() {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  const Result<Prediction>& first = *files_.front()->result;
  if (files_.size() == 1 && !first) return tl::make_unexpected(to_problem(first.error()));
  auto result = files_.size() > 1 ? batch_json()
                : job_.form == ResponseForm::kOriginal
                    ? original_json(*first)
                    : predict::to_json(*first, info(), job_.query.json);
  if (!job_.async) return http::Response{.body = base::json_text(result)};
  nlohmann::ordered_json json = {
      {"id", job_.async->id}, {"state", "done"}, {"fraction", 1}, {"windows", n_segments_.load()}};
  json["result"] = std::move(result);
  return http::Response{.body = base::json_text(json)};
}

nlohmann::ordered_json PredictWork::batch_json() const {
  auto results = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < files_.size(); ++i) {
    File& file = *files_[i];
    // While it ran, the results of some files before it were not yet certain.
    if (const std::size_t limit = max_segments(i); file.n_segments > limit) {
      file.result.emplace(tl::make_unexpected(predict::too_many_windows(limit)));
    }
    const Result<Prediction>& prediction = *file.result;
    auto result = nlohmann::ordered_json::object();
    if (file.name) result["file"] = *file.name;
    result.update(prediction ? predict::to_json(*prediction, info(), job_.query.json)
                             : http::to_json(to_problem(prediction.error())));
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace genre::server
