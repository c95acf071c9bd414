// What predict and features share: many files and folders in, one output with a result of each.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/walk.h"
#include "batch/output.h"
#include "cli/commands.h"

namespace genre::cli {

struct BatchOptions {
  std::string command;                  // its name, for messages
  std::vector<std::string> paths = {};  // files, folders and - for standard input
  std::string model = {};               // a file that is read besides them, or empty
  batch::OutputOptions output = {};
  unsigned threads = 0;  // 0: one for each core
};

// formats: those that there are, the default first. --json and --csv stand for two of them.
void add_batch_options(CLI::App& app, BatchOptions& options,
                       std::vector<batch::OutputFormat> formats);

struct FileOutcome {
  batch::Record record;
  std::optional<Error> error;  // the one in the record
  double audio = 0;            // s of it that were read
};

// Of one thread: makes the result of a file.
using FileWorker = std::function<FileOutcome(const std::string& file)>;

// Works on all the files and returns the exit status: 0, 1 where there was an error, 130 after
// Ctrl-C. make_worker is called on each thread; its workers give up once stop is requested.
int run_batch(const BatchOptions& options,
              const std::function<FileWorker(const std::stop_token& stop)>& make_worker);

// The result of a file that could not be processed.
FileOutcome failed(const BatchOptions& options, const std::string& file, Error error);

}  // namespace genre::cli
