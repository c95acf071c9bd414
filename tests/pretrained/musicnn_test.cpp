// musicnn as ONNX against PyTorch's values, and which files are accepted.
#include "pretrained/musicnn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "pretrained/run_network.h"
#include "pretrained/zip_file.h"
#include "pretrained/zip_writer.h"

namespace genre::pretrained::test {
namespace {

using testing::HasSubstr;

constexpr const char* kIndex = "musicnn/MSD_musicnn/.index";
constexpr const char* kData = "musicnn/MSD_musicnn/.data-00000-of-00001";

Result<std::string> convert(std::string_view file) {
  return musicnn_to_onnx(std::as_bytes(std::span(file)));
}

// With the wheel from PyPI, which download_wheel.py brings.
class Musicnn : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = std::filesystem::path(GENRE_WHEELS) / kMusicnnFile;
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << "no " << path << ": download it with pip download --no-deps musicnn==0.1.0";
    }
    auto file = base::read_file(path);
    ASSERT_TRUE(file) << file.error().message;
    file_ = std::move(*file);
    const auto zip = ZipFile::open(file_);
    ASSERT_TRUE(zip) << zip.error().message;
    index_ = content(*zip, kIndex);
    data_ = content(*zip, kData);
  }

  static std::string content(const ZipFile& zip, const char* name) {
    const auto* entry = zip.find(name);
    return std::string(base::as_text(*zip.read(*entry, entry->size)));
  }

  static Result<std::string> convert_parts(const std::string& index, const std::string& data) {
    ZipWriter writer;
    writer.add(kIndex, index);
    writer.add(kData, data, ZipWriter::Method::kDeflated);
    return convert(writer.archive());
  }

  std::vector<std::byte> file_;
  std::string index_, data_;
};

// The same as that of make_musicnn_reference.py.
std::vector<float> patch() {
  std::vector<float> values;
  for (int t = 0; t < 187; ++t) {
    for (int band = 0; band < 96; ++band) {
      values.push_back(static_cast<float>(
          2 * std::fabs(std::sin(0.37 * t + 0.11 * band) * std::cos(0.013 * t * band))));
    }
  }
  return values;
}

TEST_F(Musicnn, GivesTheLogitsAndTheHiddenLayerOfPyTorch) {
  const auto onnx = musicnn_to_onnx(file_);
  ASSERT_TRUE(onnx) << onnx.error().message;
  const auto expected = nlohmann::json::parse(std::ifstream(GENRE_MUSICNN_REFERENCE));
  auto outputs = run_network(*onnx, std::array{1, 1, 187, 96}, patch());
  EXPECT_EQ(outputs.size(), 2U);
  for (const std::string name : {"logits", "hidden"}) {
    const auto values = expected.at(name).get<std::vector<float>>();
    EXPECT_LE(relative_error(outputs[name], values), 2e-5) << name;
  }
}

TEST_F(Musicnn, RunsInBatches) { expect_batches(*musicnn_to_onnx(file_), {1, 1, 187, 96}); }

TEST_F(Musicnn, AcceptsTheSameWeightsInAnotherArchive) {
  const auto onnx = convert_parts(index_, data_);
  ASSERT_TRUE(onnx) << onnx.error().message;
  EXPECT_EQ(*onnx, *musicnn_to_onnx(file_));
}

TEST_F(Musicnn, RefusesOtherWeights) {
  std::string changed = data_;
  // Near its begin is an array of the network, not of the optimizer.
  changed[0] = static_cast<char>(changed[0] ^ 1);
  const auto onnx = convert_parts(index_, changed);
  ASSERT_FALSE(onnx);
  EXPECT_THAT(onnx.error().message, HasSubstr("the SHA-256 of its weights (3168316 bytes) is"));
  EXPECT_FALSE(convert_parts(index_, data_.substr(0, data_.size() / 2)));
  EXPECT_FALSE(convert_parts(index_.substr(0, index_.size() / 2), data_));
  EXPECT_FALSE(convert_parts("", data_));
}

TEST(MusicnnFile, AnotherArchiveIsNotIt) {
  ZipWriter writer;
  writer.add("numpy/__init__.py", "");
  const auto onnx = convert(writer.archive());
  ASSERT_FALSE(onnx);
  EXPECT_EQ(onnx.error().code, ErrorCode::kBadModel);
  EXPECT_THAT(onnx.error().message, HasSubstr("the archive has no musicnn/MSD_musicnn/.index"));
}

}  // namespace
}  // namespace genre::pretrained::test
