// Learners: they turn folds of a table's rows into a calibrated network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dataset/split.h"
#include "dataset/table.h"
#include "genre/model.h"
#include "train/trained_network.h"

namespace genre::train {

enum class Method {
  kLda,    // linear discriminant analysis with a shrunken covariance
  kDense,  // the seed network
};

class Learner;
struct TrainOptions;
using Rows = std::vector<std::size_t>;

// table must outlive the learner. folds: their rows do not overlap.
using Folds = std::vector<dataset::Fold>;
using LearnerFactory = std::function<std::unique_ptr<Learner>(
    const dataset::Table& table, Folds folds, const TrainOptions& options)>;

struct TrainOptions {
  Method method = Method::kLda;
  std::size_t epochs = 500;  // for kDense, like all options up to patience
  std::size_t batch_size = 128;
  double learning_rate = 1e-3;  // of Adam
  std::size_t patience = 0;     // epochs without improvement after which to stop; 0: never
  bool balanced = false;        // all genres have the same weight, however many clips they have
  std::uint64_t seed = 1;       // for the folds; with kDense also the weights, dropout and batches
  // Makes the learner for kDense. It is passed in, because only the program genre-train is linked
  // with LibTorch. Not needed for kLda.
  LearnerFactory make_dense = {};
};

struct Progress {
  std::string unit;  // "epoch" or "fold"
  std::size_t done, total;
  std::string figures;  // so far; may be empty
};
// False stops the training after this epoch or fold. The result is then the best so far.
using ProgressCallback = std::function<bool(const Progress&)>;

// The metrics after each step of the training, or for growing amounts of training data.
struct LearningCurve {
  struct Point {
    double step;
    double train_loss, validation_loss;  // mean cross-entropy
    double validation_accuracy;          // of clips
  };
  std::string step;  // "epoch" or "tracks trained on"
  std::vector<Point> points;
};

// A calibrated network, and its certainties for validation rows, which also chose the shrinkage or
// the epoch. These certainties come from networks that were not trained on the rows.
struct Fit {
  TrainedNetwork network;
  std::size_t n_train = 0;                       // clips
  std::vector<std::size_t> validation;           // rows
  evaluate::Predictions validation_predictions;  // for these rows
  double temperature = 1;
  std::vector<std::pair<std::string, double>> chosen;  // by validation: best epoch, shrinkage
  LearningCurve curve;                                 // of kLda: only after add_learning_curve()

  // Fits the correlation for pooling clips to the validation predictions.
  void pool(const dataset::Table& table);
};

class Learner {
 public:
  virtual ~Learner() = default;

  // Learns from some of the folds, at least two, but not from rows that are related to the other
  // folds.
  [[nodiscard]] virtual Fit fit(std::span<const std::size_t> folds,
                                const ProgressCallback& on_progress) = 0;

  // Adds the learning curve to the fit of these folds, if fit() has not recorded it. It is separate
  // because it can take as long as fit(), and cross-validation needs it only once.
  virtual void add_learning_curve(std::span<const std::size_t> folds, Fit& fit) = 0;
};

// The learner for options.method. table must outlive it. The same table, folds and options give the
// same networks on the same machine.
[[nodiscard]] std::unique_ptr<Learner> make_learner(const dataset::Table& table, Folds folds,
                                                    const TrainOptions& options);

}  // namespace genre::train
