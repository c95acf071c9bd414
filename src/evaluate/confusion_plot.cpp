#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "evaluate/plots.h"

namespace genre::evaluate {

std::string confusion_plot(const Confusion& confusion, const std::vector<std::string>& labels) {
  constexpr double kCell = 46, kCharacter = 7.5, kSpace = 12;
  std::size_t longest = 0;
  for (const std::string& label : labels) longest = std::max(longest, label.size());
  const double margin = kSpace + kCharacter * static_cast<double>(longest);
  const double side = kCell * static_cast<double>(labels.size());
  // Colours and fonts are in the file itself, because it is also opened outside of a page.
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\" "
      "aria-label=\"Confusion matrix\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{2:.0f}\" y=\"18\" fill=\"#5b6472\">rows: true genre; columns: predicted "
      "genre</text>\n",
      margin + side + kSpace, margin + side + 2 * kSpace + 18, kSpace);
  const double top = margin + 18 + kSpace;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double at = kCell * (static_cast<double>(i) + 0.5);
    const std::string name = base::html_escaped(labels[i]);
    svg += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n"
        "<text transform=\"translate({:.1f} {:.1f}) rotate(-90)\">{}</text>\n",
        margin - 6, top + at + 5, name, margin + at + 5, top - 6, name);
    const auto& row = confusion[i];
    const auto total =
        std::max(1.0, static_cast<double>(std::accumulate(row.begin(), row.end(), std::size_t{0})));
    for (std::size_t j = 0; j < labels.size(); ++j) {
      const double share = static_cast<double>(row[j]) / total;
      const double x = margin + kCell * static_cast<double>(j);
      const double y = top + kCell * static_cast<double>(i);
      svg += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill=\"#2563eb\" "
          "fill-opacity=\"{:.2f}\" stroke=\"#d9dde3\"/><text x=\"{:.1f}\" y=\"{:.1f}\" "
          "text-anchor=\"middle\" fill=\"{}\">{}</text>\n",
          x, y, kCell, kCell, share, x + kCell / 2, y + kCell / 2 + 5,
          share > 0.6 ? "#fff" : "#1d2129", row[j]);
    }
  }
  return svg + "</svg>\n";
}

}  // namespace genre::evaluate
