#include "base/stop_event.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace genre::base {
namespace {

int stopping = -1;  // an eventfd, which can be read once it is set; poll ignores -1

// poll(2) on both descriptors. time: ms; -1: without limit.
std::array<pollfd, 2> poll_both(int descriptor, int time) {
  std::array<pollfd, 2> polled{{{descriptor, POLLIN, 0}, {stopping, POLLIN, 0}}};
  while (poll(polled.data(), polled.size(), time) < 0 && errno == EINTR) {
  }
  return polled;
}

}  // namespace

bool wait_to_read(int descriptor) { return poll_both(descriptor, -1)[0].revents != 0; }

bool wait(std::chrono::milliseconds time) {
  constexpr int kNone = -1;
  return poll_both(kNone, static_cast<int>(time.count()))[1].revents == 0;
}

StopEvent::StopEvent() {
  stopping = eventfd(0, EFD_CLOEXEC);
  if (stopping < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

StopEvent::~StopEvent() { close(std::exchange(stopping, -1)); }

void StopEvent::set() {
  constexpr std::uint64_t kOne = 1;
  [[maybe_unused]] const auto n = write(stopping, &kOne, sizeof kOne);
}

}  // namespace genre::base
