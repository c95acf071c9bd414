// Tells people how far read_folder is, and what it left out; on standard error.
#pragma once

#include <chrono>
#include <vector>

#include "dataset/folder.h"

namespace genre::cli {

// A line that is written over on a terminal, and one every tenth of the way elsewhere.
class FolderProgressLine {
 public:
  void show(const FolderProgress& progress);
  void end();

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void print_skipped(const std::vector<SkippedFile>& skipped);

}  // namespace genre::cli
