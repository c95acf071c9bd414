// Which request gets which answer, as far as its head tells.
#pragma once

#include <string_view>
#include <variant>

#include "genre/model.h"
#include "server/api/predict_job.h"
#include "server/http/response.h"

namespace genre::server {

struct RequestHead {
  std::string_view method;
  std::string_view target;        // path and query
  std::string_view content_type;  // empty if the request has none
};

// The target without its query.
[[nodiscard]] std::string_view path_of(std::string_view target);

// The answer, or the work to do once the body is there.
[[nodiscard]] std::variant<Response, PredictJob> route(const RequestHead& head,
                                                       const ModelInfo& model);

}  // namespace genre::server
