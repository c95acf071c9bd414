// The head "none of these": how likely music is of none of the genres, from Table::others.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "dataset/table.h"
#include "evaluate/metrics.h"
#include "train/learner.h"
#include "train/trained_network.h"

namespace genre::train {

struct NoneHead {
  Layer layer;  // one logit from the features as they are, not standardised
  // Logits from heads that did not learn from the group, and the source, of the row:
  std::map<std::size_t, float> held_out;  // by row of the table, of those that it learned from
  std::vector<float> others;              // of the rows of table_of_others()
  // Of tracks, by these logits.
  double auc = 0;
  std::size_t n_genre_tracks = 0, n_other_tracks = 0;
};

// With fewer tracks of others, there is no head.
inline constexpr std::size_t kFewestOthers = 10;

// Learns from some rows of the table and from all others: the linear discriminant of two classes,
// whose scale is fitted to held-out rows, as for LdaLearner. Nothing if there are too few others,
// all of one group, or on_progress stops it.
[[nodiscard]] std::optional<NoneHead> fit_none_head(const dataset::Table& table,
                                                    std::span<const std::size_t> rows,
                                                    const TrainOptions& options,
                                                    const ProgressCallback& on_progress);

// Adds the held-out logits of the rows to their predictions.
void add_none(const NoneHead& head, std::span<const std::size_t> rows,
              evaluate::Predictions& predictions);

}  // namespace genre::train
