// Opens the user's browser.
#pragma once

#include <string>

namespace genre::cli {

// Opens a page without waiting for the browser. Returns false if there is no xdg-open. Ignores
// SIGCHLD from then on, so child processes leave no zombies and cannot be waited for.
[[nodiscard]] bool open_in_browser(const std::string& url);

}  // namespace genre::cli
