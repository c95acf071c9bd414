// Which model files are served, and what is said of the others.
#include "genre/model.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <random>
#include <stdexcept>
#include <thread>

#include "model/checksum.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

std::vector<std::byte> to_bytes(const std::string& text) {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

// A built-in model with a change, and without its checksum.
std::vector<std::byte> changed(const std::function<void(onnx::ModelProto&)>& change) {
  const auto onnx = Model::seed()->onnx();
  onnx::ModelProto proto;
  proto.ParseFromArray(onnx.data(), static_cast<int>(onnx.size()));
  change(proto);
  auto& metadata = *proto.mutable_metadata_props();
  const auto of_checksum = [](const auto& entry) {
    return entry.key() == metadata_key::kChecksum || entry.key() == metadata_key::kCrc32;
  };
  metadata.erase(std::remove_if(metadata.begin(), metadata.end(), of_checksum), metadata.end());
  return to_bytes(proto.SerializeAsString());
}

std::vector<std::byte> with_metadata(const std::string& key, const std::string& value) {
  return changed([&](onnx::ModelProto& proto) {
    for (auto& entry : *proto.mutable_metadata_props()) {
      if (entry.key() == key) return entry.set_value(value);
    }
    auto& added = *proto.add_metadata_props();
    added.set_key(key);
    added.set_value(value);
  });
}

std::string error_of(const std::vector<std::byte>& onnx) {
  const auto model = Model::load(onnx);
  if (model) return "no error";
  EXPECT_EQ(model.error().code, ErrorCode::kBadModel);
  return model.error().message;
}

TEST(BuiltinModels, KnowTheTenGenresInTheContractsOrder) {
  for (const auto& model : {Model::builtin(), Model::seed()}) {
    EXPECT_THAT(model->info().labels,
                testing::ElementsAre("blues", "classical", "country", "disco", "hiphop", "jazz",
                                     "metal", "pop", "reggae", "rock"));
  }
  EXPECT_EQ(Model::builtin()->info().features()->feature_set, FeatureSet::kTexture);
  EXPECT_EQ(Model::seed()->info().only_features()->feature_set, FeatureSet::kGtzan26);
}

TEST(BuiltinModels, SayWhenTheyAreConfident) {
  const auto confident = Model::builtin()->info().confident;
  ASSERT_TRUE(confident);
  EXPECT_GT(confident->clip.novelty, 1);
  EXPECT_TRUE(confident->reached(0.99, 1, 1));
  EXPECT_FALSE(confident->reached(0.99, 100, 1));
  EXPECT_FALSE(confident->reached(0.2, 1, 10));
  EXPECT_EQ(confident->track_clips, 9U);
  // It was trained on clips at random, so nobody knows when it is right about music from elsewhere.
  EXPECT_FALSE(Model::seed()->info().confident);
}

TEST(Confident, LongFilesHaveTheirOwnThreshold) {
  const ConfidentThresholds thresholds{.clip = {.certainty = 0.8, .novelty = 3},
                                       .track = {.certainty = 0.6, .novelty = 2},
                                       .track_clips = 10};
  EXPECT_TRUE(thresholds.reached(0.8, 3, 9));
  EXPECT_FALSE(thresholds.reached(0.79, 3, 9));
  EXPECT_FALSE(thresholds.reached(0.8, 3, 10));
  EXPECT_TRUE(thresholds.reached(0.6, 2, 10));
}

TEST(Classifier, GivesCertaintiesThatSumToOne) {
  Classifier classifier(Model::seed());
  std::array<float, kGtzan26Size> features{};
  std::array<float, 10> certainties{};
  for (const float value : {-1e4F, -1.0F, 0.0F, 3.0F, 1e4F}) {
    features.fill(value);
    classifier.predict_proba(features, certainties);
    EXPECT_THAT(certainties, testing::Each(testing::AllOf(testing::Ge(0.0F), testing::Le(1.0F))));
    EXPECT_NEAR(std::accumulate(certainties.begin(), certainties.end(), 0.0), 1, 1e-5);
  }
}

TEST(Classifier, GivesTheSameOnEveryThread) {
  std::array<float, kGtzan26Size> features{};
  features.fill(2.0F);
  const auto predict = [&] {
    std::array<float, 10> certainties{};
    Classifier(Model::seed()).predict_proba(features, certainties);
    return certainties;
  };
  const auto expected = predict();
  std::array<std::array<float, 10>, 4> results{};
  std::vector<std::jthread> threads;
  for (auto& result : results) threads.emplace_back([&] { result = predict(); });
  threads.clear();
  EXPECT_THAT(results, testing::Each(expected));
}

TEST(Classifier, RefusesSizesThatDoNotFit) {
  Classifier classifier(Model::builtin());
  std::array<float, 25> features{};
  std::array<float, 10> certainties{};
  EXPECT_THROW(classifier.predict_proba(features, certainties), std::invalid_argument);
}

TEST(ModelLoad, TakesAnUnchangedCopy) {
  EXPECT_EQ(error_of(changed([](onnx::ModelProto&) {})), "no error");
}

TEST(ModelLoad, TakesAModelWithoutAChecksumAndSaysSo) {
  const auto model = Model::load(changed([](onnx::ModelProto&) {}));
  ASSERT_TRUE(model);
  EXPECT_FALSE((*model)->has_checksum());
  for (const auto& builtin : {Model::builtin(), Model::seed()}) {
    EXPECT_TRUE(builtin->has_checksum());
  }
}

TEST(ModelLoad, ChecksTheChecksumThatTheTrainerWrites) {
  const auto bare = changed([](onnx::ModelProto&) {});
  const auto whole =
      to_bytes(model::with_checksum({reinterpret_cast<const char*>(bare.data()), bare.size()}));
  ASSERT_TRUE(Model::load(whole));
  EXPECT_TRUE((*Model::load(whole))->has_checksum());
  EXPECT_TRUE(std::ranges::equal(whole, Model::seed()->onnx()));
}

// No bit is uncovered: a flip at the end makes the checksum wrong or hides it, which the metadata
// before it then contradicts.
TEST(ModelLoad, RefusesAModelWithAFlippedBit) {
  const auto onnx = Model::seed()->onnx();
  std::vector<std::byte> flipped(onnx.begin(), onnx.end());
  const auto is_refused = [&](std::size_t bit) {
    const std::byte mask{static_cast<unsigned char>(1U << bit % 8)};
    flipped[bit / 8] ^= mask;
    const bool refused = !Model::load(flipped);
    flipped[bit / 8] ^= mask;
    return refused;
  };
  std::mt19937 random(1);
  const std::size_t n_bits = onnx.size() * 8;
  for (int i = 0; i < 1000; ++i) {
    const std::size_t bit = random() % n_bits;
    EXPECT_TRUE(is_refused(bit)) << bit;
  }
  const std::size_t n_end = 60;  // bytes: both entries of the checksum
  for (std::size_t bit = n_bits - 8 * n_end; bit < n_bits; ++bit) {
    EXPECT_TRUE(is_refused(bit)) << bit;
  }
}

TEST(ModelLoad, RefusesAModelThatIsCutOrContinued) {
  const auto onnx = Model::seed()->onnx();
  const auto error_without_last = [&](std::ptrdiff_t n_bytes) {
    return error_of({onnx.begin(), onnx.end() - n_bytes});
  };
  constexpr std::ptrdiff_t kEntry = 25;  // bytes of one metadata entry; the checksum needs two
  for (std::ptrdiff_t n_bytes = 1; n_bytes < 3 * kEntry; ++n_bytes) {
    if (n_bytes == 2 * kEntry) continue;  // a whole model without a checksum
    EXPECT_NE(error_without_last(n_bytes), "no error") << n_bytes;
  }
  std::vector<std::byte> longer(onnx.begin(), onnx.end());
  longer.insert(longer.end(), 2, std::byte{0});
  EXPECT_NE(error_of(longer), "no error");
}

TEST(ModelLoad, NamesWhatIsMissing) {
  const auto bare = changed([](onnx::ModelProto& proto) { proto.clear_metadata_props(); });
  EXPECT_THAT(error_of(bare), testing::AllOf(HasSubstr("genre.labels"), HasSubstr("genre.pad_mode"),
                                             HasSubstr("genre.feature_set")));
}

TEST(ModelLoad, NamesWhatDoesNotFit) {
  EXPECT_THAT(error_of(with_metadata("genre.feature_set", "gtzan99")), HasSubstr("gtzan99"));
  EXPECT_THAT(error_of(with_metadata("genre.pad_mode", "wrap")), HasSubstr("constant, reflect"));
  EXPECT_THAT(error_of(with_metadata("genre.labels", "blues,rock")), HasSubstr("JSON array"));
  EXPECT_THAT(error_of(with_metadata("genre.labels", "[\"a\",\"b\"]")), HasSubstr("[N, 2]"));
  EXPECT_THAT(
      error_of(with_metadata("genre.labels", R"(["a","a","c","d","e","f","g","h","i","j"])")),
      HasSubstr("twice"));
}

TEST(ModelLoad, RefusesNamesThatAreNotText) {
  // Not UTF-8: a stray byte, an overlong form, a surrogate, the beginning of a character.
  for (const char* bytes : {"r\xff", "r\xc0\xaf", "r\xed\xa0\x80", "r\xc3"}) {
    EXPECT_THAT(error_of(with_metadata("genre.name", bytes)), HasSubstr("not valid UTF-8"));
    EXPECT_THAT(error_of(with_metadata("genre.labels", fmt::format("[\"a\",\"{}\"]", bytes))),
                HasSubstr("UTF-8"));
  }
  for (const std::string& control : {std::string("a\nb"), std::string("a\0b", 3),
                                     std::string("\x7f"), std::string("\xc2\x85")}) {
    EXPECT_THAT(error_of(with_metadata("genre.name", control)), HasSubstr("control characters"));
  }
  EXPECT_THAT(error_of(with_metadata("genre.labels", R"(["a","b\u001b[2J"])")),
              HasSubstr("control characters"));
  EXPECT_EQ(error_of(with_metadata("genre.name", "cumbia \u00e9l\u00e9ctrica \U0001F3B5")),
            "no error");
}

TEST(ModelLoad, RefusesNamesOfAbsurdLength) {
  EXPECT_EQ(error_of(with_metadata("genre.name", std::string(256, 'n'))), "no error");
  EXPECT_THAT(error_of(with_metadata("genre.name", std::string(257, 'n'))), HasSubstr("257 bytes"));
  EXPECT_THAT(
      error_of(with_metadata("genre.labels", fmt::format(R"(["a","{}"])", std::string(257, 'n')))),
      HasSubstr("257 bytes"));
}

TEST(ModelLoad, RefusesAnotherInput) {
  const auto wide = changed([](onnx::ModelProto& proto) {
    proto.mutable_graph()
        ->mutable_input(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(1)
        ->set_dim_value(58);
  });
  EXPECT_THAT(error_of(wide), HasSubstr("[N, 26]"));
}

TEST(ModelLoad, RefusesAGraphWithoutSoftmax) {
  const auto logits = changed([](onnx::ModelProto& proto) {
    auto& nodes = *proto.mutable_graph()->mutable_node();
    const auto softmax = std::ranges::find(nodes, "Softmax", &onnx::NodeProto::op_type);
    ASSERT_NE(softmax, nodes.end());
    std::prev(softmax)->set_output(0, softmax->output(0));
    nodes.erase(softmax);
  });
  EXPECT_THAT(error_of(logits), HasSubstr("softmax"));
}

TEST(ModelLoad, RefusesAnotherOutput) {
  const auto named = [](int dimension) {
    return changed([&](onnx::ModelProto& proto) {
      auto& novelty = *proto.mutable_graph()->mutable_output(1);
      novelty.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(1)->set_dim_value(
          dimension);
    });
  };
  EXPECT_EQ(error_of(named(1)), "no error");
  EXPECT_THAT(error_of(named(2)), HasSubstr("[N, 1]"));
}

TEST(ModelLoad, RefusesTensorsThatAreNotWhole) {
  const auto with_weights = [](const std::function<void(onnx::TensorProto&)>& change) {
    return changed(
        [&](onnx::ModelProto& proto) { change(*proto.mutable_graph()->mutable_initializer(0)); });
  };
  EXPECT_EQ(error_of(with_weights([](onnx::TensorProto&) {})), "no error");
  for (const std::int64_t dimension : {-1L, 0L, 1L, 10000L, 0x100000000L, 0x7FFFFFFFFFFFFFFFL}) {
    EXPECT_THAT(error_of(with_weights([&](auto& weights) { weights.set_dims(0, dimension); })),
                HasSubstr("dimensions declare"))
        << dimension;
  }
  EXPECT_THAT(error_of(with_weights([](auto& weights) { weights.clear_raw_data(); })),
              HasSubstr("dimensions declare"));
  EXPECT_THAT(error_of(with_weights(
                  [](auto& weights) { weights.set_data_type(onnx::TensorProto::STRING); })),
              HasSubstr("does not read"));
}

TEST(ModelLoad, RefusesConstantsThatAreNotWhole) {
  const auto constant = changed([](onnx::ModelProto& proto) {
    auto& node = *proto.mutable_graph()->add_node();
    node.set_op_type("Constant");
    node.add_output("constant");
    auto& attribute = *node.add_attribute();
    attribute.set_name("value");
    attribute.set_type(onnx::AttributeProto::TENSOR);
    attribute.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
    attribute.mutable_t()->add_dims(1000);
  });
  EXPECT_THAT(error_of(constant), HasSubstr("dimensions declare"));
}

TEST(ModelLoad, RefusesThresholdsAndCorrelationsThatAreNone) {
  EXPECT_THAT(error_of(with_metadata("genre.confident", R"({"clip": 0.5})")),
              HasSubstr("clip and track"));
  for (const char* value : {"much", "-0.1", "1.1"}) {
    EXPECT_THAT(error_of(with_metadata("genre.window_correlation", value)), HasSubstr("0 to 1"));
  }
}

TEST(ModelLoad, RefusesAGraphThatCannotRun) {
  const auto unknown = changed([](onnx::ModelProto& proto) {
    proto.mutable_graph()->mutable_node(0)->set_op_type("Frobnicate");
  });
  EXPECT_THAT(error_of(unknown), HasSubstr("cannot run"));
}

TEST(ModelLoad, SaysWhyAGraphCannotRunWhereThatIsKnown) {
  const auto plain = changed([](onnx::ModelProto& proto) {
    auto& gemm = *proto.mutable_graph()->mutable_node(0);
    ASSERT_EQ(gemm.op_type(), "Gemm");
    gemm.clear_attribute();
    for (auto& weights : *proto.mutable_graph()->mutable_initializer()) {
      if (weights.name() == gemm.input(1)) weights.mutable_dims()->SwapElements(0, 1);
    }
  });
  EXPECT_THAT(error_of(plain), HasSubstr("Gemm with transB 1 only"));
}

TEST(ModelLoad, RefusesWhatIsNoOnnxAndCutFilesWithoutCrashing) {
  EXPECT_THAT(error_of({}), HasSubstr("not an ONNX file"));
  EXPECT_THAT(error_of(to_bytes("a letter")), HasSubstr("not an ONNX file"));
  const auto onnx = Model::builtin()->onnx();
  for (std::size_t size = 1; size < onnx.size(); size += 1 + onnx.size() / 50) {
    EXPECT_NE(error_of({onnx.begin(), onnx.begin() + static_cast<std::ptrdiff_t>(size)}),
              "no error");
  }
}

}  // namespace
}  // namespace genre::test
