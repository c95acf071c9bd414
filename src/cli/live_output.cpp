#include "cli/live_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "base/descriptor.h"
#include "base/json_text.h"
#include "base/text.h"
#include "predict/live_json.h"

namespace genre::cli {
namespace {

bool write_out(const std::string& text) {
  return base::write_all(STDOUT_FILENO, std::as_bytes(std::span(text))) == 0;
}

class JsonLines final : public LiveOutput {
 public:
  JsonLines(const ModelInfo& model, std::size_t top, std::size_t every)
      : model_(model), options_{.top = top}, every_(every) {}

  bool window(const Segment& window, const Prediction& summary) override {
    ++n_windows_;
    if (!write_line(predict::window_json(window, model_, options_))) return false;
    const bool due = every_ > 0 && n_windows_ % every_ == 0;
    return !due || write_line(summary_of(summary, false));
  }

  bool end(const Prediction& summary) override { return write_line(summary_of(summary, true)); }

 private:
  static bool write_line(const nlohmann::ordered_json& json) {
    return write_out(base::json_text(json) + "\n");
  }

  nlohmann::ordered_json summary_of(const Prediction& summary, bool last) const {
    return predict::summary_json(summary, model_, n_windows_, last, options_);
  }

  const ModelInfo& model_;
  const predict::JsonOptions options_;
  const std::size_t every_;
  std::size_t n_windows_ = 0;
};

std::string clock_of(double seconds) {
  const auto s = static_cast<long>(seconds);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

// Blocks of an eighth of a column.
std::string bar(double share) {
  constexpr int kColumns = 40, kParts = 8;
  constexpr const char* kPart[kParts] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto parts = static_cast<int>(std::lround(share * kColumns * kParts));
  std::string text;
  for (int i = 0; i < parts / kParts; ++i) text += "█";
  text += kPart[parts % kParts];
  const int columns = parts / kParts + (parts % kParts > 0 ? 1 : 0);
  return text + std::string(static_cast<std::size_t>(kColumns - columns), ' ');
}

class BarChart final : public LiveOutput {
 public:
  explicit BarChart(std::size_t top) : top_(top) {}

  bool window(const Segment& last, const Prediction& summary) override {
    const auto now = summary.ranked(last.certainties).front();
    const std::string heard =
        last.silent ? "silence"
                    : fmt::format("{} {:.1f} %", base::printable(now.genre), 100 * now.certainty);
    return draw(fmt::format("{}  now: {}", clock_of(last.end), heard), summary);
  }

  bool end(const Prediction& summary) override {
    return draw(fmt::format("{}  all of it", clock_of(summary.duration)), summary);
  }

 private:
  // Over the last chart: up to its first line, and everything from there erased.
  bool draw(const std::string& title, const Prediction& summary) {
    std::string text = n_lines_ > 0 ? fmt::format("\x1b[{}A\r\x1b[J", n_lines_) : "";
    text += title + (summary.confident == false ? "  (not sure)" : "") + "\n";
    const auto genres = summary.ranked(summary.certainties);
    const std::size_t n = std::min(top_, genres.size());
    for (std::size_t i = 0; i < n; ++i) {
      text += fmt::format("{:<12} {} {:5.1f} %\n", base::printable(genres[i].genre),
                          bar(genres[i].certainty), 100 * genres[i].certainty);
    }
    n_lines_ = n + 1;
    return write_out(text);
  }

  const std::size_t top_;
  std::size_t n_lines_ = 0;  // of the last chart
};

}  // namespace

std::unique_ptr<LiveOutput> json_lines(const ModelInfo& model, std::size_t top, std::size_t every) {
  return std::make_unique<JsonLines>(model, top, every);
}

std::unique_ptr<LiveOutput> bar_chart(std::size_t top) { return std::make_unique<BarChart>(top); }

}  // namespace genre::cli
