// systemd's socket activation and notifications.
#pragma once

#include <optional>
#include <string>

namespace genre::http {

// The listening socket of socket activation (sd_listen_fds), if there is one.
[[nodiscard]] std::optional<int> inherited_socket();

// Notifies the service manager, if there is one: "READY=1", "STOPPING=1", ... (sd_notify).
void notify_manager(const std::string& state);

}  // namespace genre::http
