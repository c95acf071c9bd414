#include "http/access_log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_text.h"
#include "base/text.h"

namespace genre::http {
namespace {

using Json = nlohmann::ordered_json;

class WriterSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit WriterSink(std::shared_ptr<base::LineWriter> writer) : writer_(std::move(writer)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    writer_->write({line.data(), line.size()});
  }
  void flush_() override {}

  std::shared_ptr<base::LineWriter> writer_;
};

// Without braces: the log pattern adds them, with time and level first.
std::string fields(const Json& json) {
  const std::string text = base::json_text(json);
  return text.substr(1, text.size() - 2);
}

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

}  // namespace

AccessLog::AccessLog(bool requests)
    : writer_(std::make_shared<base::LineWriter>(STDERR_FILENO)),
      logger_(std::make_shared<spdlog::logger>("http", std::make_shared<WriterSink>(writer_))),
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
