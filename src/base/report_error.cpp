#include "base/report_error.h"

#include <cstdio>
#include <exception>
#include <string>

#include "base/text.h"

namespace genre::base {

void report_error(std::string_view program, std::string_view message) noexcept try {
  const std::string line = printable(program) + ": " + printable(message) + "\n";
  // One call, so that the lines of several threads do not mix.
  std::fwrite(line.data(), 1, line.size(), stderr);
} catch (const std::exception&) {
  std::fputs("genre: an error cannot be shown: there is not enough memory\n", stderr);
}

}  // namespace genre::base
