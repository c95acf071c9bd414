// write_in_a_loop FILE: replaces a file again and again, and says so, until it is killed.
#include <cstdio>
#include <string>

#include "base/files.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (unsigned n = 1;; n = n % 250 + 1) {
    // A version is so many lines of its number: half of one cannot be taken for another.
    std::string version;
    const std::string number = std::to_string(n) + "\n";
    for (unsigned i = 0; i < 100 * n; ++i) version += number;
    if (!genre::base::write_file(argv[1], version)) return 1;
    std::putchar('.');
    std::fflush(stdout);
  }
}
