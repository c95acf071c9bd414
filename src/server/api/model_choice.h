// Which model a request is for: the one in its path or in its query, or the default.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "http/problem.h"

namespace genre::server {

// In the path of a route it stands for the name of a model.
inline constexpr std::string_view kModelInPath = "{model}";
// The query parameter, and the form field, with the name of a model.
inline constexpr std::string_view kModelParameter = "model";
// In the Open Inference Protocol the default model also has this name, whatever its own is.
inline constexpr std::string_view kDefaultModelAlias = "genre";
// The protocol has statistics of all models at /v2/models/stats, so no model can have this name.
inline constexpr std::string_view kStatisticsOfAll = "stats";

struct ModelChoice {
  std::size_t index = 0;       // of the names
  std::string_view name = {};  // as the request has it
};

// The index of the name.
[[nodiscard]] std::optional<std::size_t> find_model(std::string_view name,
                                                    std::span<const std::string> names);

// 404, with the names.
[[nodiscard]] http::Problem unknown_model(std::string_view name,
                                          std::span<const std::string> names);

// The part of the path where the route has a placeholder in braces. Nothing if the route has none
// or does not match.
[[nodiscard]] std::optional<std::string_view> part_in_path(std::string_view route,
                                                           std::string_view path);

// Whether the path is that of the route: equal, apart from that part.
[[nodiscard]] bool matches(std::string_view route, std::string_view path);

// The model of a request to this route, whose path matches. names: of the models in service, the
// first of them the default. Error: 404, whose detail lists the names, but only if list_names; 400
// if the query is not encoded correctly.
[[nodiscard]] tl::expected<ModelChoice, http::Problem> choose_model(
    std::string_view route, std::string_view target, std::span<const std::string> names,
    bool list_names);

}  // namespace genre::server
