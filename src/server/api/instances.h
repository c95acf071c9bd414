// Predictions by KServe's v1 protocol: POST /v1/models/{model}:predict.
#pragma once

#include <cstddef>
#include <span>

#include "genre/predictor.h"
#include "http/problem.h"

namespace genre::server {

// The response to a request with this body: {"instances": [...]} with 1 to kMaxBatch elements, each
// {"b64": an audio file} or an array of the model's features. {"predictions": [...]} has an element
// for each: genre, certainty, genres, confident, model, and for audio duration and sample_rate. The
// first instance that fails is the error of the whole request. Uses the whole audio, as POST
// /v1/predict does. Blocks while it decodes and predicts.
[[nodiscard]] http::Reply predict_instances(std::span<const std::byte> body, Predictor& predictor);

}  // namespace genre::server
