#include "dataset/duplicates.h"

#include <fmt/format.h>

#include <map>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "dataset/fingerprint.h"

namespace genre::dataset {
namespace {

// Finds an earlier fingerprint that is the same audio.
class Earlier {
 public:
  // all_pairs: also those that are only similar, which takes time by the square of their number.
  explicit Earlier(bool all_pairs) : all_pairs_(all_pairs) {}

  std::optional<std::string> find_or_add(const std::string& track, const std::string& print) {
    if (const auto same = exact_.find(print); same != exact_.end()) return same->second;
    if (all_pairs_) {
      for (const auto& [other, earlier] : prints_) {
        if (same_audio(print, earlier)) return other;
      }
      prints_.emplace_back(track, print);
    }
    exact_.emplace(print, track);
    return std::nullopt;
  }

 private:
  const bool all_pairs_;
  std::unordered_map<std::string, std::string> exact_;       // fingerprint -> track
  std::vector<std::pair<std::string, std::string>> prints_;  // track, fingerprint
};

}  // namespace

std::vector<Duplicate> join_duplicates(Table& table) {
  constexpr std::size_t kMostPairwise = 20'000;  // some seconds
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto prints = fingerprints(table, rows, fingerprint_scale(table, rows));
  std::map<std::string, const Row*> first_row;
  for (const Row& row : table.rows) first_row.emplace(row.track, &row);

  Earlier earlier(prints.size() <= kMostPairwise);
  std::vector<Duplicate> duplicates;
  std::map<std::string, std::pair<std::string, std::string>> joined;  // recording and group
  for (const auto& [track, print] : prints) {
    const auto same = earlier.find_or_add(track, print);
    if (!same) continue;
    const Row& row = *first_row.at(*same);
    joined.emplace(track, std::pair(*same, row.group));
    duplicates.push_back({.track = track,
                          .same_as = *same,
                          .genre = table.labels[first_row.at(track)->label],
                          .other_genre = table.labels[row.label]});
  }
  for (Row& row : table.rows) {
    const auto found = joined.find(row.track);
    if (found == joined.end()) continue;
    row.recording = found->second.first;
    if (!found->second.second.empty()) row.group = found->second.second;
  }
  return duplicates;
}

std::string notes(const std::vector<Duplicate>& duplicates) {
  if (duplicates.empty()) return "";
  std::string text = fmt::format(
      "{} tracks sound the same as another one; each pair stays in one part:\n", duplicates.size());
  for (const auto& [track, same_as, genre, other_genre] : duplicates) {
    text += fmt::format("  {} = {}", base::printable(track), base::printable(same_as));
    if (genre != other_genre) {
      text += fmt::format(" (labelled {} and {})", base::printable(genre),
                          base::printable(other_genre));
    }
    text += "\n";
  }
  return text;
}

}  // namespace genre::dataset
