// The parameters of a front end as JSON, in a model's metadata and in files for --frontend.
#pragma once

#include <nlohmann/json.hpp>

#include "genre/frontend.h"
#include "genre/result.h"

namespace genre::model {

// json: the name of a built-in front end, or an object with the fields of FrontendParameters. Enums
// are lower-case names ("hann", "reflect", "htk", "power_to_db"); norm, ref and top_db may be null
// for none. A missing field has its default. Error: kBadParameter, with the field and what would be
// right.
[[nodiscard]] Result<FrontendParameters> parse_frontend(const nlohmann::json& json);

// The name if these are the parameters of a built-in front end, whatever the patch is; otherwise
// the fields that differ from the defaults.
[[nodiscard]] nlohmann::json to_json(const FrontendParameters& parameters);

}  // namespace genre::model
