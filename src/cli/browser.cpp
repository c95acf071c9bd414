#include "cli/browser.h"

#include <spawn.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace genre::cli {

bool open_in_browser(const std::string& url) {
  std::signal(SIGCHLD, SIG_IGN);
  std::string program = "xdg-open";
  std::string argument = url;
  const std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
  pid_t process = 0;
  return posix_spawnp(&process, program.c_str(), nullptr, nullptr, arguments.data(), environ) == 0;
}

}  // namespace genre::cli
