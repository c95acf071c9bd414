// What learns from folds of a table's rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dataset/table.h"
#include "genre/model.h"
#include "train/trained_network.h"

namespace genre::train {

enum class Method {
  kLda,    // linear discriminants with a shrunken covariance
  kDense,  // the seed network
};

struct TrainOptions {
  Method method = Method::kDense;
  std::size_t epochs = 500;  // dense, as all up to patience
  std::size_t batch_size = 128;
  double learning_rate = 1e-3;  // of Adam
  std::size_t patience = 0;     // epochs without a better one until it stops; 0: all are run
  bool balanced = false;        // each genre counts as much as any other, however many clips it has
  std::uint64_t seed = 1;       // of the weights, the dropout, the order of the batches, the folds
};

// A line of progress.
struct Progress {
  std::string what;  // "epoch" or "fold"
  std::size_t done, total;
  std::string figures;  // so far; may be empty
};
// False stops the training; the best so far stands.
using ProgressCallback = std::function<bool(const Progress&)>;

// How the figures came about, step by step.
struct LearningCurve {
  struct Point {
    double step;
    double train_loss, validation_loss;  // mean cross-entropy
    double validation_accuracy;          // of clips
  };
  std::string step;  // "epoch" or "tracks trained on"
  std::vector<Point> points;
};

// A calibrated network, and the certainties of rows that it was not trained on (but by which what
// was to be chosen was chosen).
struct Fit {
  TrainedNetwork network;
  std::size_t n_train = 0;               // clips
  std::vector<std::size_t> validation;   // rows
  evaluate::Answers validation_answers;  // to these
  double temperature = 1;
  std::vector<std::pair<std::string, double>> chosen;  // by validation: best epoch, shrinkage
  LearningCurve curve;

  // Fits the correlation by which clips are pooled to the validation answers.
  void pool(const dataset::Table& table);
};

using Rows = std::vector<std::size_t>;

class Learner {
 public:
  virtual ~Learner() = default;

  // Learns from some of the folds, at least two.
  [[nodiscard]] virtual Fit fit(std::span<const std::size_t> folds,
                                const ProgressCallback& on_progress) = 0;
};

// table and options must outlive it. folds: rows that go together; the dense network's validation
// part is the last fold that it is given. The same table, folds and options give the same networks
// on the same machine.
[[nodiscard]] std::unique_ptr<Learner> make_learner(const dataset::Table& table,
                                                    std::vector<Rows> folds,
                                                    const TrainOptions& options);

}  // namespace genre::train
