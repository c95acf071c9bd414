#include <fmt/format.h>

#include <fstream>

#include "base/json_text.h"
#include "base/text_file.h"
#include "batch/formats.h"
#include "batch/hashes.h"
#include "batch/text_output.h"

namespace genre::batch {
namespace {

using Json = nlohmann::ordered_json;

class JsonlOutput : public TextOutput {
 public:
  static Result<std::unique_ptr<Output>> open(const OutputOptions& options) {
    Hashes done;
    std::uintmax_t keep = 0;
    std::ifstream file;
    if (options.resume) file.open(options.path, std::ios::binary);
    // The last line has no line break if the run was killed while it wrote; it is dropped.
    for (std::string line; std::getline(file, line) && !file.eof(); keep += line.size() + 1) {
      const Json json = Json::parse(line, nullptr, false);
      if (!json.is_object() || !json.contains("file")) {
        return fail(ErrorCode::kBadTable,
                    fmt::format("{}: the file cannot be resumed: the line at byte {} is not a JSON "
                                "object with the key \"file\"",
                                options.path, keep));
      }
      done.add(base::json_text(json["file"]));
    }
    if (options.resume && keep == 0) {
      if (auto checked = check_unfinished(options.path, R"({"file":)"); !checked) {
        return tl::make_unexpected(checked.error());
      }
    }
    done.sort();
    auto text = base::TextFile::open(options.path, keep);
    if (!text) return tl::make_unexpected(text.error());
    return std::unique_ptr<Output>(new JsonlOutput(std::move(*text), std::move(done)));
  }

  bool has(std::string_view file) const override { return done_.has(base::json_text(Json(file))); }

 private:
  JsonlOutput(base::TextFile text, Hashes done)
      : TextOutput(std::move(text)), done_(std::move(done)) {}

  std::string text_of(const Record& record) const override {
    return base::json_text(record.json) + "\n";
  }

  Hashes done_;
};

}  // namespace

Result<std::unique_ptr<Output>> open_jsonl(const OutputOptions& options) {
  return JsonlOutput::open(options);
}

}  // namespace genre::batch
