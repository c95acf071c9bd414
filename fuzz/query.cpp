// Input: the query string of POST /v1/predict. Expects an error message, or values within their
// ranges.
#include "server/api/query.h"

#include <cmath>

#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  const auto query =
      genre::server::parse_predict_query({reinterpret_cast<const char*>(data), size});
  if (query) {
    require((!query->hop || (std::isfinite(*query->hop) && *query->hop > 0)) &&
            query->json.top > 0);
  } else {
    require(!query.error().empty());
  }
  return 0;
}
