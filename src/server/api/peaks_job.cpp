#include "server/api/peaks_job.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/json_text.h"
#include "base/memory.h"
#include "base/text.h"
#include "http/multipart.h"
#include "server/api/error_response.h"
#include "server/api/form.h"

namespace genre::server {
namespace {

constexpr int kPeakDecimals = 4;

// The file in a form with this one field.
tl::expected<std::span<const std::byte>, http::Problem> read_form(std::span<const std::byte> body,
                                                                  std::string_view boundary) {
  auto parts = http::parse_multipart(body, boundary);
  if (!parts) {
    return tl::make_unexpected(http::Problem{400, "malformed_multipart", std::move(parts.error())});
  }
  if (parts->empty() || parts->front().name != kFileField) {
    return tl::make_unexpected(missing_file(*parts));
  }
  if (parts->size() > 1) {
    return tl::make_unexpected(http::Problem{
        400, "bad_parameter", "The form must have one field, file. Parameters go in the query."});
  }
  return parts->front().content;
}

nlohmann::ordered_json peaks(const std::vector<float>& samples) {
  auto json = nlohmann::ordered_json::array();
  for (const float sample : samples) json.push_back(base::rounded(sample, kPeakDecimals));
  return json;
}

nlohmann::ordered_json spectrogram(const predict::Overview& overview) {
  auto decibels = nlohmann::ordered_json::array();
  for (std::size_t bin = 0; bin < overview.decibels.n_rows; ++bin) {
    decibels.push_back(overview.decibels.row(bin));
  }
  return {{"fmax", overview.fmax},
          {"top_db", predict::kTopDb},
          {"n_mels", overview.decibels.n_columns},
          {"decibels", std::move(decibels)}};
}

}  // namespace

PeaksWork::PeaksWork(PeaksJob job, std::span<const std::byte> body, ModelInUse model,
                     std::stop_token stop)
    : Work(std::move(model)), job_(std::move(job)), body_(body), stop_(std::move(stop)) {}

tl::expected<std::size_t, http::Problem> PeaksWork::read() {
  auto file = body_;
  if (job_.boundary) {
    auto part = read_form(body_, *job_.boundary);
    if (!part) return tl::make_unexpected(std::move(part.error()));
    file = *part;
  }
  running_.emplace(AudioFile(file).with_track(job_.query.track), job_.query.bins);
  return 1;
}

bool PeaksWork::step(std::size_t, Predictor& predictor) {
  auto overview = running_->step(predictor.limits(), stop_);
  if (overview && !*overview) return true;
  result_.emplace(std::move(overview).map([](auto done) { return *std::move(done); }));
  running_.reset();  // with its decoder
  return false;
}

http::Reply PeaksWork::finish() {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  if (!*result_) return tl::make_unexpected(to_problem(result_->error()));
  const predict::Overview& overview = **result_;
  const nlohmann::ordered_json json = {{"duration", base::rounded(overview.duration, 3)},
                                       {"seconds_per_bin", overview.seconds_per_bin},
                                       {"min", peaks(overview.min)},
                                       {"max", peaks(overview.max)},
                                       {"spectrogram", spectrogram(overview)}};
  return http::Response{.body = base::json_text(json)};
}

}  // namespace genre::server
