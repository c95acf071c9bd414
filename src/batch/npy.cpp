#include "batch/npy.h"

#include <fmt/format.h>

#include <bit>

namespace genre::batch {

std::string npy_header(std::size_t n_rows, std::size_t n_columns) {
  static_assert(std::endian::native == std::endian::little);
  std::string header = fmt::format(
      "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", n_rows, n_columns);
  constexpr std::size_t kPrefix = 10, kAlignment = 64;  // the data start at a multiple of 64
  header.resize((kPrefix + header.size() + kAlignment) / kAlignment * kAlignment - kPrefix, ' ');
  header.back() = '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() % 256);
  file += static_cast<char>(header.size() / 256);
  return file + header;
}

void append_npy(std::string& file, std::span<const float> values) {
  file.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

}  // namespace genre::batch
