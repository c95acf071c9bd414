#include "model/opencv.h"

#include <mutex>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "model/opencv_threads.h"

namespace genre::model {
namespace {

namespace logging = cv::utils::logging;

// OpenCV logs why it cannot read or run a graph. Here the exception says it, and a library does not
// print. There is one log level for the process: one silence at a time, or the second one would
// take the first one's level for the host's.
class SilentLog {
 public:
  SilentLog() : lock_(mutex()), level_(logging::setLogLevel(logging::LOG_LEVEL_SILENT)) {}
  ~SilentLog() {
    // Otherwise the host has set another level meanwhile.
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

// Runs f without OpenCV's threads, over which a network this small only loses time (13 us instead
// of 11), and without a change of their number, which is the host's. Inside a parallel region
// OpenCV starts no second one, and a region of one element runs where it is called. OpenCV keeps
// one flag for "inside" in the whole process: the end of one region would end that of another
// thread, hence the lock. It is recursive because OpenCV may run a task of the host in here if the
// host's own regions clear that flag.
template <typename F>
void on_this_thread(F&& f) {
  if (cv::getNumThreads() <= 1) return f();
  static std::recursive_mutex mutex;
  const std::lock_guard lock(mutex);
  cv::parallel_for_(cv::Range(0, 1), [&](const cv::Range&) { f(); });
}

}  // namespace

void use_one_opencv_thread() { cv::setNumThreads(1); }

OpenCvNet::OpenCvNet(std::span<const std::byte> onnx, std::size_t n_features, std::size_t n_labels)
    : n_labels_(n_labels) {
  const SilentLog silent;
  on_this_thread([&] {
    net_ = cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx.data()), onnx.size());
    names_ = net_.getUnconnectedOutLayersNames();
  });
  // OpenCV prepares the layers in the first run, which finds and logs the remaining errors.
  if (run(std::vector<float>(n_features)).certainties.empty()) {
    // Not CV_Error, which calls the host's error handler: this error is not OpenCV's.
    throw cv::Exception(cv::Error::StsUnmatchedSizes,
                        "its output does not have the shape that it declares", __func__, __FILE__,
                        __LINE__);
  }
}

// OpenCV has its own names and order for the outputs; their sizes tell which is which.
OpenCvNet::Outputs OpenCvNet::run(std::span<const float> features) {
  // OpenCV takes its input as writable, but only reads it.
  const cv::Mat input(1, static_cast<int>(features.size()), CV_32F,
                      const_cast<float*>(features.data()));
  on_this_thread([&] {
    net_.setInput(input);
    net_.forward(values_, names_);
  });
  Outputs outputs{.certainties = {}, .novelty = 0};
  for (const cv::Mat& value : values_) {
    if (value.type() == CV_32F && value.total() == n_labels_) {
      outputs.certainties = {value.ptr<float>(), n_labels_};
    } else if (value.type() == CV_32F && value.total() == 1) {
      outputs.novelty = *value.ptr<float>();
    }
  }
  return outputs;
}

}  // namespace genre::model
