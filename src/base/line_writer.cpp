#include "base/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <list>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "base/parallel.h"

namespace genre::base {
namespace {

// A pipe takes at most PIPE_BUF bytes as a whole, so lines of other programs do not end up inside
// of these. And a reader that is slow, but reads, shows progress.
constexpr std::size_t kPiece = PIPE_BUF;
constexpr std::chrono::seconds kStalled{1}, kFlush{5};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), std::min(bytes.size(), kPiece));
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {  // another program has made the descriptor non-blocking
      pollfd writable{descriptor, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

struct LineWriter::State {
  State(int file, std::size_t limit) : descriptor(file), max_bytes(limit) {}

  const int descriptor;
  const std::size_t max_bytes;
  std::atomic<std::uint64_t> n_dropped = 0;

  std::mutex mutex;
  std::condition_variable changed;
  std::list<std::string> lines;
  std::size_t bytes = 0;        // of lines, and of the one being written
  std::uint64_t n_written = 0;  // lines, to see progress
  bool closed = false;

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return closed || !lines.empty(); });
      if (lines.empty()) return;
      std::list<std::string> line;
      line.splice(line.begin(), lines, lines.begin());  // allocates nothing
      lock.unlock();
      if (!write_all(descriptor, line.front())) ++n_dropped;
      lock.lock();
      bytes -= line.front().size();
      ++n_written;
      changed.notify_all();
    }
  }
};

// The thread may hang in write for ever, so nobody joins it. It owns the state with the writer.
LineWriter::LineWriter(int descriptor, std::size_t max_bytes)
    : state_(std::make_shared<State>(descriptor, max_bytes)) {
  std::thread([state = state_] {
    name_this_thread("genre-log");
    // Without SIGPIPE, a write to a reader that is gone is an error instead of the program's end.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    state->run();
  }).detach();
}

LineWriter::~LineWriter() {
  flush();
  const std::scoped_lock lock(state_->mutex);
  state_->closed = true;
  state_->changed.notify_all();
}

void LineWriter::flush() {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + kFlush;
  std::unique_lock lock(state_->mutex);
  while (state_->bytes > 0) {
    const auto before = state_->n_written;
    const bool progress = state_->changed.wait_until(lock, std::min(end, Clock::now() + kStalled),
                                                     [&] { return state_->n_written != before; });
    if (!progress) return;
  }
}

void LineWriter::write(std::string line) noexcept try {
  {
    const std::scoped_lock lock(state_->mutex);
    if (line.size() > state_->max_bytes - state_->bytes) {
      ++state_->n_dropped;
      return;
    }
    const std::size_t size = line.size();
    state_->lines.push_back(std::move(line));
    state_->bytes += size;
  }
  state_->changed.notify_all();
} catch (const std::exception&) {
  ++state_->n_dropped;  // no memory for it
}

std::uint64_t LineWriter::n_dropped() const { return state_->n_dropped; }

}  // namespace genre::base
