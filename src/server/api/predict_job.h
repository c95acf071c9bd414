// A prediction request whose head has been read: the work on its body.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "genre/predictor.h"
#include "http/multipart.h"
#include "http/problem.h"
#include "server/api/progress.h"
#include "server/api/query.h"
#include "server/api/work.h"
#include "server/models.h"

namespace genre::server {

enum class ResponseForm {
  kOriginal,  // POST /predict: every label with its certainty to two decimals
  kRich,      // POST /v1/predict: genre::to_json
};

// Limits of one response, over all files of a batch. JSON values need many times the memory of
// their text.
inline constexpr std::size_t kMaxSegments = 10'000;
inline constexpr std::size_t kMaxFeatureValues = std::size_t{1} << 20U;  // of the segments

// The response is the document of a finished job, with the prediction as its result.
struct AsyncPrediction {
  std::string id;
  std::shared_ptr<Progress> progress;
};

struct PredictJob {
  ResponseForm form = ResponseForm::kOriginal;
  PredictQuery query = {};
  std::optional<std::string> boundary = {};  // of a multipart body; else the body is the file
  std::optional<AsyncPrediction> async = {};
};

// One part per file. The other fields of the form are parameters, as in the query. For several
// files in a multipart body, the rich response is an array in their order. Each element is a
// prediction or a problem, with the file name, if the part has one, as "file". The original form
// uses only the first file, and ignores fields that are no parameters.
class PredictWork final : public Work {
 public:
  // body and models must outlive the object. model: unless the form names another one.
  PredictWork(PredictJob job, std::span<const std::byte> body, ModelInUse model,
              const Models& models, std::stop_token stop);
  ~PredictWork() override;

  [[nodiscard]] tl::expected<std::size_t, http::Problem> read() override;
  [[nodiscard]] std::size_t n_predictions() const override { return files_.size(); }
  [[nodiscard]] bool step(std::size_t part, Predictor& predictor) override;
  [[nodiscard]] http::Reply finish() override;

 private:
  struct File;

  [[nodiscard]] std::optional<http::Problem> read_form();
  [[nodiscard]] std::optional<http::Problem> read_field(const http::Part& part);
  [[nodiscard]] std::optional<http::Problem> check_tags() const;
  [[nodiscard]] std::size_t max_segments() const;  // of the response
  // How many segments the files before this one leave for it.
  [[nodiscard]] std::size_t max_segments(std::size_t part) const;
  [[nodiscard]] nlohmann::ordered_json batch_json() const;
  void report_progress(File& file);

  PredictJob job_;
  std::span<const std::byte> body_;
  const Models& models_;
  std::stop_token stop_;
  std::vector<std::unique_ptr<File>> files_;
  std::atomic<std::size_t> n_segments_ = 0;  // of all files
};

}  // namespace genre::server
