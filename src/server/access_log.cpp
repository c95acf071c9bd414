#include "server/access_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace genre::server {

AccessLog::AccessLog(bool requests)
    : logger_(std::make_shared<spdlog::logger>("genre",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger_->set_level(requests ? spdlog::level::info : spdlog::level::err);
}

void AccessLog::request(std::string_view method, std::string_view path, int status,
                        std::size_t bytes, std::chrono::nanoseconds duration) {
  const std::chrono::duration<double, std::milli> ms = duration;
  logger_->info("{} {} {} {} B {:.1f} ms", method, path, status, bytes, ms.count());
}

void AccessLog::error(std::string_view message) { logger_->error("{}", message); }

}  // namespace genre::server
