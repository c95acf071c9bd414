// mn04 as ONNX against PyTorch's values, and which files are accepted.
#include "pretrained/mn04.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <optional>

#include "base/files.h"
#include "pretrained/class_names.h"
#include "pretrained/run_network.h"
#include "pretrained/zip_file.h"
#include "pretrained/zip_writer.h"

namespace genre::pretrained::test {
namespace {

using testing::HasSubstr;

const std::string kFolder = GENRE_SHARED_DIR "/models/";

class Mn04 : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = kFolder + kMn04File;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
    auto file = base::read_file(path);
    ASSERT_TRUE(file) << file.error().message;
    file_ = std::move(*file);
  }

  // The published file, packed again in another way. change: what becomes of an entry.
  template <typename Change>
  [[nodiscard]] std::string packed_again(ZipWriter::Method method, const Change& change) const {
    const auto zip = ZipFile::open(file_);
    ZipWriter writer;
    for (auto entry = zip->entries().rbegin(); entry != zip->entries().rend(); ++entry) {
      const auto content = zip->read(*entry, file_.size());
      std::string text(base::as_text(*content));
      std::string name = "other/" + std::string(entry->name.substr(entry->name.find('/') + 1));
      change(name, text);
      if (!name.empty()) writer.add(name, text, method);
    }
    return writer.archive("a comment");
  }

  std::vector<std::byte> file_;
};

Result<std::string> convert(std::string_view file) {
  return mn04_to_onnx(std::as_bytes(std::span(file)));
}

// An array of a .npz file. skip: the bytes of the .npy header.
std::vector<float> read_array(const ZipFile& npz, const std::string& name) {
  const auto* entry = npz.find(name + ".npy");
  if (entry == nullptr) throw std::runtime_error("no array " + name);
  const auto bytes = npz.read(*entry, entry->size);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  const auto header = 10 + *base::read_uint(*bytes, 8, 2, base::Endian::kLittle);
  std::vector<float> values((bytes->size() - header) / sizeof(float));
  std::memcpy(values.data(), bytes->data() + header, values.size() * sizeof(float));
  return values;
}

TEST_F(Mn04, GivesTheLogitsOfPyTorch) {
  const auto onnx = mn04_to_onnx(file_);
  ASSERT_TRUE(onnx) << onnx.error().message;
  const auto bytes = base::read_file(kFolder + "mn04_reference.npz");
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto npz = ZipFile::open(*bytes);
  ASSERT_TRUE(npz) << npz.error().message;
  for (const std::string clip :
       {"reggae.00000", "classical.00000", "hiphop.00000", "metal.00000"}) {
    const auto log_mel = read_array(*npz, clip + "_logmel");
    const std::array shape = {1, 1, 128, static_cast<int>(log_mel.size() / 128)};
    auto outputs = run_network(*onnx, shape, log_mel);
    EXPECT_EQ(outputs.size(), 1U);
    EXPECT_LE(relative_error(outputs["logits"], read_array(*npz, clip + "_logits")), 2e-5) << clip;
  }
}

TEST_F(Mn04, RunsInBatches) { expect_batches(*mn04_to_onnx(file_), {1, 1, 128, 100}); }

TEST_F(Mn04, AcceptsTheSameWeightsInAnotherArchive) {
  const auto expected = mn04_to_onnx(file_);
  ASSERT_TRUE(expected);
  const auto keep = [](std::string&, std::string&) {};
  for (const auto method : {ZipWriter::Method::kStored, ZipWriter::Method::kDeflated}) {
    const auto onnx = convert(packed_again(method, keep));
    ASSERT_TRUE(onnx) << onnx.error().message;
    EXPECT_EQ(*onnx, *expected);
  }
  // Training counts the batches; nothing else needs them.
  const auto counted =
      convert(packed_again(ZipWriter::Method::kStored, [](auto&, std::string& text) {
        if (text.size() == 8) text[0] = static_cast<char>(text[0] ^ 1);
      }));
  ASSERT_TRUE(counted) << counted.error().message;
  EXPECT_EQ(*counted, *expected);
}

TEST_F(Mn04, RefusesOtherWeights) {
  const auto flip = [](const std::string& entry, std::size_t at) {
    return [=](std::string& name, std::string& text) {
      if (name == entry) text.at(at) = static_cast<char>(text.at(at) ^ 1);
    };
  };
  const auto stored = ZipWriter::Method::kStored;
  for (const auto& [entry, at] : std::initializer_list<std::pair<const char*, std::size_t>>{
           {"other/data/0", 0}, {"other/data/311", 2107}, {"other/data/150", 4000}}) {
    const auto onnx = convert(packed_again(stored, flip(entry, at)));
    ASSERT_FALSE(onnx) << entry;
    EXPECT_EQ(onnx.error().code, ErrorCode::kBadModel);
    EXPECT_THAT(onnx.error().message, HasSubstr("the SHA-256 of its weights (3973756 bytes) is"));
    EXPECT_THAT(onnx.error().message, HasSubstr("expected 12bcf3293c"));
  }
  const auto without = convert(packed_again(stored, [](std::string& name, auto&) {
    if (name == "other/data/17") name.clear();
    if (name == "other/data/18") name.clear();
  }));
  EXPECT_FALSE(without);
  const auto longer = convert(packed_again(stored, [](const std::string& name, std::string& text) {
    if (name == "other/data/311") text += "1234";
  }));
  ASSERT_FALSE(longer);
}

TEST_F(Mn04, ATruncatedFileIsAnError) {
  const std::string_view file = base::as_text(file_);
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, file.size() / 2, file.size() - 1,
                                 file.size() - 22, file.size() - 23}) {
    const auto onnx = convert(file.substr(0, size));
    ASSERT_FALSE(onnx) << size;
    EXPECT_EQ(onnx.error().code, ErrorCode::kBadModel);
  }
}

TEST(Mn04File, AWebPageIsNotIt) {
  const auto onnx = convert("<!DOCTYPE html><html></html>");
  ASSERT_FALSE(onnx);
  EXPECT_THAT(onnx.error().message, HasSubstr("the ZIP archive cannot be read"));
}

TEST(Mn04File, AnArchiveOfManyBytesIsRefusedBeforeTheyAreInflated) {
  ZipWriter writer;
  writer.add("archive/data/0", std::string(std::size_t{64} << 20, '\0'),
             ZipWriter::Method::kDeflated);
  const auto onnx = convert(writer.archive());
  ASSERT_FALSE(onnx);
  EXPECT_THAT(onnx.error().message, HasSubstr("has 67108864 bytes; expected at most 3973756"));
}

TEST(AudioSetClasses, AreThePublishedOnes) {
  const auto classes = audioset_classes();
  ASSERT_EQ(classes.size(), 527U);
  EXPECT_EQ(classes[0], "Speech");
  EXPECT_EQ(classes[137], "Music");
  EXPECT_EQ(classes[526], "Field recording");
  const std::string path = kFolder + "audioset_labels.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const auto table = base::read_file(path);
  std::string_view rest = base::as_text(*table);
  for (const std::string& name : classes) {
    rest.remove_prefix(rest.find('\n') + 1);
    EXPECT_THAT(std::string(rest.substr(0, rest.find('\n'))), HasSubstr(",\"" + name + "\""));
  }
}

}  // namespace
}  // namespace genre::pretrained::test
