#include "http/access_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"

namespace genre::http {
namespace {

using Json = nlohmann::ordered_json;

// Without braces: the log pattern adds them, with time and level first.
std::string fields(const Json& json) {
  const std::string text = base::json_text(json);
  return text.substr(1, text.size() - 2);
}

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

}  // namespace

AccessLog::AccessLog(bool requests)
    : logger_(std::make_shared<spdlog::logger>("http",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())),
      requests_(requests) {
  logger_->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
}

void AccessLog::request(const Request& request) noexcept try {
  if (!requests_) return;
  const std::chrono::duration<double, std::milli> ms = request.duration;
  Json json = {{"request_id", request.id}};
  if (!request.trace.empty()) json["trace_id"] = request.trace;
  json["peer"] = request.peer;
  json["method"] = text_or_null(request.method);
  json["path"] = text_or_null(request.path);
  json["status"] = request.status;
  json["bytes_in"] = request.bytes_in;
  json["bytes_out"] = request.bytes_out;
  json["duration_ms"] = base::rounded(ms.count(), 3);
  logger_->info("{}", fields(json));
} catch (const std::exception&) {
}

void AccessLog::event(std::string_view message) noexcept try {
  logger_->info("{}", fields({{"message", message}}));
} catch (const std::exception&) {
}

void AccessLog::error(std::string_view message) noexcept try {
  logger_->error("{}", fields({{"message", message}}));
} catch (const std::exception&) {
}

}  // namespace genre::http
