// What is left of a prediction request once its head is understood: the work on its body.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "genre/predictor.h"
#include "http/problem.h"
#include "predict/json.h"

namespace genre::server {

enum class AnswerForm {
  kOriginal,  // POST /predict: every label with its certainty to two decimals
  kRich,      // POST /v1/predict: genre::to_json
};

// What one answer may hold, over all the files of a batch: its memory is many times its text.
inline constexpr std::size_t kMaxSegments = 10'000;
inline constexpr std::size_t kMaxFeatureValues = std::size_t{1} << 20U;  // of the segments

struct PredictJob {
  AnswerForm form = AnswerForm::kOriginal;
  WindowOptions windows = {};
  predict::JsonOptions json = {};            // only used if the form is kRich
  std::optional<std::string> boundary = {};  // of a multipart body; without it the body is the file
};

// The answer to a request with this body. To several files in a multipart body the rich answer is
// an array in their order: of each its prediction or, where it has none, its problem, with the name
// of the file as "file" if it has one. The original answer is that to the first. Runs for as long
// as decoding and prediction take.
[[nodiscard]] http::Reply run(const PredictJob& job, std::span<const std::byte> body,
                              Predictor& predictor);

}  // namespace genre::server
