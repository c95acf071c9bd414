#include "metrics/process_metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

namespace genre::metrics {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// The time from boot to the start of this process, field 22 of proc(5), stat.
std::optional<double> started_after_boot() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto name_end = text.rfind(')');  // the name in field 2 may contain anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  double ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double start_time() {
  timespec since_boot{};
  const auto started = started_after_boot();
  if (!started || clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) return 0;
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  const double boot = now.count() - static_cast<double>(since_boot.tv_sec) -
                      1e-9 * static_cast<double>(since_boot.tv_nsec);
  return boot + *started;
}

std::optional<double> cpu_seconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Memory {
  double virtual_bytes = 0, resident_bytes = 0;
};

std::optional<Memory> memory() {
  std::ifstream file("/proc/self/statm");
  Memory pages;
  if (!(file >> pages.virtual_bytes >> pages.resident_bytes)) return std::nullopt;
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return Memory{pages.virtual_bytes * page, pages.resident_bytes * page};
}

std::optional<double> open_fds() {
  std::error_code error;
  std::size_t n = 0;
  std::filesystem::directory_iterator file("/proc/self/fd", error);
  for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) ++n;
  if (error || n == 0) return std::nullopt;
  return static_cast<double>(n - 1);  // without the one that reads the folder
}

std::optional<double> max_fds() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

ProcessMetrics::ProcessMetrics() : start_time_(start_time()) {}

std::vector<MetricFamily> ProcessMetrics::Collect() const {
  std::vector<MetricFamily> families;
  const auto add = [&families](const char* name, const char* help, MetricType type,
                               std::optional<double> value) {
    if (!value) return;
    prometheus::ClientMetric metric;
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = *value;
    families.push_back({name, help, type, {metric}});
  };
  const auto used = memory();
  add("process_cpu_seconds_total", "CPU time used, in seconds", MetricType::Counter, cpu_seconds());
  add("process_resident_memory_bytes", "Memory in RAM", MetricType::Gauge,
      used ? std::optional(used->resident_bytes) : std::nullopt);
  add("process_virtual_memory_bytes", "Address space", MetricType::Gauge,
      used ? std::optional(used->virtual_bytes) : std::nullopt);
  add("process_open_fds", "Open file descriptors", MetricType::Gauge, open_fds());
  add("process_max_fds", "Limit of open file descriptors", MetricType::Gauge, max_fds());
  add("process_start_time_seconds", "Start of the process, in seconds since 1970",
      MetricType::Gauge, start_time_ > 0 ? std::optional(start_time_) : std::nullopt);
  return families;
}

}  // namespace genre::metrics
