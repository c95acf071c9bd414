// Tells people how far the work on a folder is, and what was left out; on standard error.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "dataset/folder.h"

namespace genre::cli {

// A line that is written over on a terminal, and one every tenth of the way elsewhere.
class FolderProgressLine {
 public:
  // doing: what is done with the files. failed: what those that n_skipped counts are called.
  FolderProgressLine(std::string doing, std::string failed)
      : doing_(std::move(doing)), failed_(std::move(failed)) {}

  void show(const FolderProgress& progress);
  void clear();  // makes room for another line
  void end();

 private:
  std::string doing_, failed_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void print_skipped(const std::vector<SkippedFile>& skipped);

}  // namespace genre::cli
