#include "cli/recorder.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace genre::cli {
namespace {

using Command = std::vector<std::string>;

// Their errors, such as a missing microphone, go to standard error.
const std::array<Command, 2>& commands() {
  static const std::array<Command, 2> commands = {
      Command{"arecord", "--quiet", "--file-type=raw", "--format=S16_LE", "--rate=44100",
              "--channels=1"},
      Command{"ffmpeg", "-nostdin", "-loglevel", "error", "-f", "alsa", "-i", "default", "-f",
              "s16le", "-ar", "44100", "-ac", "1", "-"}};
  return commands;
}

// Returns 0 or an errno: ENOENT if the program is not installed.
int spawn(Command command, int output, pid_t& process) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const int error =
      posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

PcmFormat Recorder::format() {
  return {.encoding = PcmFormat::Encoding::kInt16, .sample_rate = 44100, .channels = 1};
}

Result<Recorder> Recorder::start() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::kUnavailable, "recording failed: " + base::reason(errno));
  }
  base::Descriptor output(ends[0]);
  const base::Descriptor input(ends[1]);
  for (const Command& command : commands()) {
    pid_t process = -1;
    const int error = spawn(command, input.get(), process);
    if (error == 0) return Recorder(std::move(output), process);
    if (error != ENOENT) {
      return fail(ErrorCode::kUnavailable,
                  command.front() + " cannot be started: " + base::reason(error));
    }
  }
  return fail(ErrorCode::kUnavailable,
              "recording needs the program arecord (package alsa-utils) or ffmpeg; install one, or "
              "pipe audio to genre live -");
}

Recorder::Recorder(Recorder&& other) noexcept
    : output_(std::move(other.output_)), process_(std::exchange(other.process_, -1)) {}

Recorder::~Recorder() {
  if (process_ < 0) return;
  kill(process_, SIGTERM);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace genre::cli
