#include <cmath>

#include "features/compression.h"
#include "librosa/check.h"

namespace genre::librosa {

Result<Matrix<float>> power_to_db(Matrix<float> S, const DbOptions& options) {
  return check_db(options).map([&] {
    features::power_to_db(S.values, options.ref, options.amin, options.top_db);
    return std::move(S);
  });
}

Result<Matrix<float>> amplitude_to_db(Matrix<float> S, const DbOptions& options) {
  if (const auto ok = check_db(options); !ok) return tl::make_unexpected(ok.error());
  for (float& value : S.values) value *= value;
  const auto ref = options.ref ? std::optional(*options.ref * *options.ref) : std::nullopt;
  features::power_to_db(S.values, ref, options.amin * options.amin, options.top_db);
  return S;
}

}  // namespace genre::librosa
