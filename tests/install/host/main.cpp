// host GOOD_MODEL BAD_MODEL CLIP: a program with its own settings of OpenCV. Exits with 0 if genre
// leaves them alone, and starts no threads.
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "plugin.h"

namespace {

namespace logging = cv::utils::logging;

int on_error(int, const char*, const char*, const char*, int, void*) { return 0; }

auto n_threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

// Whether OpenCV divides work among threads. Its getNumThreads does not show that it must not.
bool uses_threads() {
  std::atomic<int> n_parts = 0;
  cv::parallel_for_(
      cv::Range(0, 2), [&](const cv::Range&) { ++n_parts; }, 2);
  return n_parts == 2;
}

bool check(bool is_true, const char* what) {
  if (!is_true) std::fprintf(stderr, "wrong: %s\n", what);
  return is_true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  int user_data = 0;
  cv::redirectError(on_error, &user_data);
  const int n_opencv_threads = cv::getNumThreads();
  logging::setLogLevel(logging::LOG_LEVEL_WARNING);
  const auto n_threads_before = n_threads();

  bool right = check(predict(argv[1], argv[3]), "the good model");
  right &= check(!predict(argv[2], argv[3]), "the bad model");

  right &= check(n_threads() == n_threads_before, "started a thread");
  right &= check(cv::getNumThreads() == n_opencv_threads && uses_threads(),
                 "OpenCV's number of threads");
  right &= check(logging::getLogLevel() == logging::LOG_LEVEL_WARNING, "log level");
  void* user_data_after = nullptr;
  const auto handler = cv::redirectError(nullptr, nullptr, &user_data_after);
  right &= check(handler == on_error && user_data_after == &user_data, "error handler");
  return right ? 0 : 1;
}
