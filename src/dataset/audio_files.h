// Reads audio files on several threads and computes the features of their windows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.h"
#include "dataset/feature_cache.h"
#include "genre/features.h"
#include "genre/predictor.h"
#include "genre/result.h"

namespace genre::dataset {

struct AudioOptions {
  FeatureSet feature_set = FeatureSet::kGtzan26;
  PadMode pad_mode = PadMode::kConstant;
  std::size_t n_augmented = 0;  // augmented copies per window; only with feature set texture
  std::uint64_t seed = 1;       // of the augmentation
  WindowOptions windows;
  unsigned threads = 0;    // 0: one per core
  std::string cache = {};  // folder of a FeatureCache; empty: no cache
  // In place of feature_set: what these inputs of a model take, one after the other.
  std::vector<ModelInput> inputs = {};
  std::map<std::string, std::shared_ptr<const Model>> networks = {};  // of the inputs, by name
  // What this model says of each window is read in place of features: its certainties, the novelty
  // and the logit of none of these. For models that do not take features alone. Only strict counts
  // of the options then.
  std::shared_ptr<const Model> model = {};
};

struct FileFeatures {
  std::vector<WindowFeatures> windows;  // each window, then its augmented copies
  double seconds;                       // of audio
  std::vector<Warning> warnings = {};
  std::string artist = {};  // from the file's tags; empty: unknown
};

struct ListedFile {
  std::string path;
  std::string problem = {};  // why a folder cannot be read; else empty
};

// One result per file, in the same order, whatever the number of threads is. Files that are not
// audio, cannot be read or are silent are errors. Of damaged files, the audio that can be decoded
// is used, unless windows.strict. Silent windows are left out. on_file is called after each file,
// on the calling thread. Throws std::invalid_argument if n_augmented is not 0 and the feature set
// is not texture, or there are inputs; cv::Exception if a network cannot take a window.
[[nodiscard]] std::vector<Result<FileFeatures>> read_files(
    const std::vector<ListedFile>& files, const AudioOptions& options,
    const std::function<void(const base::FileProgress&)>& on_file);

}  // namespace genre::dataset
