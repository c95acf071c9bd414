#include "cli/version.h"

#include <fmt/format.h>

#include "genre_commit.h"
#include "server/page/page.h"

namespace genre::cli {

std::string version() {
  return fmt::format("genre {}\ncommit: {}\nbuild: {}, page {}, genre-train {}", GENRE_VERSION,
                     GENRE_COMMIT, GENRE_BUILD, server::has_page() ? "on" : "off",
                     GENRE_HAS_TRAINER ? "on" : "off");
}

std::string revision() { return GENRE_COMMIT; }

}  // namespace genre::cli
