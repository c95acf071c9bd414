#include <fmt/format.h>

#include <fstream>

#include "base/json_text.h"
#include "base/text_file.h"
#include "batch/formats.h"
#include "batch/hashes.h"

namespace genre::batch {
namespace {

using Json = nlohmann::ordered_json;

class JsonlOutput : public Output {
 public:
  static Result<std::unique_ptr<Output>> open(const OutputOptions& options) {
    Hashes done;
    std::uintmax_t keep = 0;
    std::ifstream file;
    if (options.resume) file.open(options.path, std::ios::binary);
    // What does not end with its line was cut off.
    for (std::string line; std::getline(file, line) && !file.eof(); keep += line.size() + 1) {
      const Json json = Json::parse(line, nullptr, false);
      if (!json.is_object() || !json.contains("file")) {
        return fail(ErrorCode::kBadTable,
                    fmt::format("{}: the line at byte {} is no JSON object with the key \"file\", "
                                "so this is nothing to resume",
                                options.path, keep));
      }
      done.add(base::json_text(json["file"]));
    }
    done.sort();
    auto text = base::TextFile::open(options.path, keep);
    if (!text) return tl::make_unexpected(text.error());
    return std::unique_ptr<Output>(new JsonlOutput(std::move(*text), std::move(done)));
  }

  bool has(std::string_view file) const override { return done_.has(base::json_text(Json(file))); }
  Result<void> write(const Record& record) override {
    return text_.write(base::json_text(record.json) + "\n");
  }
  Result<void> finish() override { return {}; }

 private:
  JsonlOutput(base::TextFile text, Hashes done) : text_(std::move(text)), done_(std::move(done)) {}

  base::TextFile text_;
  Hashes done_;
};

}  // namespace

Result<std::unique_ptr<Output>> open_jsonl(const OutputOptions& options) {
  return JsonlOutput::open(options);
}

}  // namespace genre::batch
