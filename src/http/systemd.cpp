#include "http/systemd.h"

#include <systemd/sd-daemon.h>

namespace genre::http {

std::optional<int> inherited_socket() {
  if (sd_listen_fds(0) < 1) return std::nullopt;
  return SD_LISTEN_FDS_START;
}

void notify_manager(const std::string& state) { sd_notify(0, state.c_str()); }

}  // namespace genre::http
