// The batch run of predict and features: files and folders in, one output with a result per file.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/walk.h"
#include "batch/output.h"
#include "cli/commands.h"
#include "genre/audio.h"

namespace genre::cli {

struct BatchOptions {
  std::string command;                  // name of the subcommand, for messages
  std::vector<std::string> paths = {};  // files, folders and - for standard input
  std::string model = {};               // model file that is read as well, or empty
  batch::OutputOptions output = {};
  unsigned threads = 0;  // 0: one per core
};

// formats: of the command, the default first.
void add_batch_options(CLI::App& app, BatchOptions& options,
                       std::vector<batch::OutputFormat> formats);

struct FileOutcome {
  batch::Record record;
  std::optional<Error> error;          // also in the record
  double audio = 0;                    // s that were read
  std::vector<Warning> warnings = {};  // also in the record
};

// Processes a file. Each thread has its own worker.
using FileWorker = std::function<FileOutcome(const std::string& file)>;

// Processes all files and returns the exit status: 0, 1 after an error, 130 after Ctrl-C.
// make_worker is called once per thread, on the calling thread. Workers stop early once stop is
// requested.
int run_batch(const BatchOptions& options,
              const std::function<FileWorker(const std::stop_token& stop)>& make_worker);

// The result of a file that could not be processed.
FileOutcome failed(const BatchOptions& options, const std::string& file, Error error);

}  // namespace genre::cli
