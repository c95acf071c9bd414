#include "train/dense_program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace genre::train {

Error start_dense_program(char** argv) {
  // Not from PATH: both programs must have the same version.
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::string program = (self.parent_path() / "genre-train").string();
  execv(program.c_str(), argv);
  return {ErrorCode::kUnavailable,
          fmt::format(
              "--network dense, the default for gtzan26, needs the program genre-train; cannot "
              "start {}: {}. Install the package genre-train. In a clone, `./run train --network "
              "dense` installs LibTorch (libtorch-dev) and builds it. Or use --network lda",
              program, std::generic_category().message(errno))};
}

}  // namespace genre::train
