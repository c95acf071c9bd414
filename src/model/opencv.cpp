#include "model/opencv.h"

#include <mutex>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "model/opencv_threads.h"

namespace genre::model {
namespace {

namespace logging = cv::utils::logging;

// OpenCV logs why it cannot read or run a graph. The exception has the same text, and a library
// must not print. The log level is global, hence the lock: a second SilentLog would otherwise save
// the silent level of the first one as the host's.
class SilentLog {
 public:
  SilentLog() : lock_(mutex()), level_(logging::setLogLevel(logging::LOG_LEVEL_SILENT)) {}
  ~SilentLog() {
    // If the level is not silent any more, the host has changed it, and its level stays.
    if (logging::getLogLevel() == logging::LOG_LEVEL_SILENT) logging::setLogLevel(level_);
  }
  SilentLog(const SilentLog&) = delete;
  SilentLog& operator=(const SilentLog&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex mutex;
    return mutex;
  }

  std::lock_guard<std::mutex> lock_;
  logging::LogLevel level_;
};

// Runs f without OpenCV's threads, which only slow down a network this small (13 us instead of 11).
// The number of threads belongs to the host, so it is not changed. Instead f runs in a parallel
// region of one element: OpenCV runs it on the calling thread and starts no second region inside
// it. OpenCV has one global flag for "inside a region", and the end of one region would clear it
// for another thread, hence the lock. The lock is recursive because OpenCV may run a task of the
// host here if the host's own regions clear that flag.
template <typename F>
void on_this_thread(F&& f) {
  if (cv::getNumThreads() <= 1) return f();
  static std::recursive_mutex mutex;
  const std::lock_guard lock(mutex);
  cv::parallel_for_(cv::Range(0, 1), [&](const cv::Range&) { f(); });
}

}  // namespace

void use_one_opencv_thread() { cv::setNumThreads(1); }

OpenCvNet::OpenCvNet(std::span<const std::byte> onnx, std::vector<std::string> outputs)
    : names_(outputs.begin(), outputs.end()) {
  const SilentLog silent;
  on_this_thread([&] {
    net_ = cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx.data()), onnx.size());
  });
}

std::vector<std::span<const float>> OpenCvNet::run(std::span<const Tensor> inputs) {
  on_this_thread([&] {
    for (const Tensor& input : inputs) {
      // cv::Mat needs a writable pointer, but OpenCV only reads its input.
      net_.setInput(cv::Mat(input.shape, CV_32F, const_cast<float*>(input.values.data())),
                    input.name);
    }
    net_.forward(values_, names_);
  });
  std::vector<std::span<const float>> outputs;
  for (const cv::Mat& value : values_) {
    if (value.type() != CV_32F || !value.isContinuous()) {
      // Not CV_Error, which would call the host's error handler.
      throw cv::Exception(cv::Error::StsUnsupportedFormat, "an output is not float", __func__,
                          __FILE__, __LINE__);
    }
    outputs.emplace_back(value.ptr<float>(), value.total());
  }
  return outputs;
}

std::vector<std::span<const float>> OpenCvNet::try_run(std::span<const Tensor> inputs) {
  const SilentLog silent;
  return run(inputs);
}

}  // namespace genre::model
