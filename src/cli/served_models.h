// The option --model of `genre serve`.
#pragma once

#include <string>
#include <vector>

#include "genre/result.h"
#include "server/loader.h"

namespace genre::cli {

// The models that the values of --model name, each NAME=FILE or FILE; several of them in one value
// if commas separate them and each has a name, as an environment variable needs it. The name of a
// file without one is that of the file, without folder and extension. Without a value, the built-in
// model. tags_model: the network for add_tagger; empty: none. Error: kUnavailable, for a name that
// is no model name or that occurs twice.
[[nodiscard]] Result<std::vector<server::ModelSource>> served_models(
    const std::vector<std::string>& values, const std::string& tags_model);

}  // namespace genre::cli
