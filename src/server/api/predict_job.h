// A prediction request whose head has been read: the work on its body.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "genre/predictor.h"
#include "http/problem.h"
#include "predict/json.h"

namespace genre::server {

enum class ResponseForm {
  kOriginal,  // POST /predict: every label with its certainty to two decimals
  kRich,      // POST /v1/predict: genre::to_json
};

// Limits of one response, over all files of a batch. JSON values need many times the memory of
// their text.
inline constexpr std::size_t kMaxSegments = 10'000;
inline constexpr std::size_t kMaxFeatureValues = std::size_t{1} << 20U;  // of the segments

struct PredictJob {
  ResponseForm form = ResponseForm::kOriginal;
  WindowOptions windows = {};
  unsigned track = 0;                        // AudioFile::with_track()
  predict::JsonOptions json = {};            // only used if the form is kRich
  std::optional<std::string> boundary = {};  // of a multipart body; else the body is the file
};

// The response to a request with this body. For several files in a multipart body, the rich
// response is an array in their order. Each element is a prediction or a problem, with the file
// name, if the part has one, as "file". The original form uses only the first file. Blocks while it
// decodes and predicts.
[[nodiscard]] http::Reply run(const PredictJob& job, std::span<const std::byte> body,
                              Predictor& predictor);

}  // namespace genre::server
