// The user's browser.
#pragma once

#include <string>

namespace genre::cli {

// Shows a page in it, without waiting for that. Returns false where there is no xdg-open. From then
// on the process's children leave no trace when they end.
[[nodiscard]] bool open_in_browser(const std::string& url);

}  // namespace genre::cli
