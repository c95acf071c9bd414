// Writes the seed corpus of each fuzz target: genre_fuzz_corpus fuzz/corpus. Each input that a
// fuzzer found is a file beside these.
#include <fmt/format.h>
#include <onnx/onnx_pb.h>
#include <sndfile.h>

#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "genre/model.h"
#include "pretrained/table_writer.h"
#include "pretrained/zip_writer.h"
#include "unit/encode.h"

namespace genre::fuzz {
namespace {

using namespace std::string_view_literals;

class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
  }

  void add(std::string_view name, std::string_view bytes) const {
    std::ofstream file(folder_ / name, std::ios::binary);
    if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
      throw std::runtime_error(fmt::format("cannot write {}", (folder_ / name).string()));
    }
  }

  template <typename T>
  void add(std::string_view name, const std::vector<T>& values) const {
    add(name, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
  }

 private:
  std::filesystem::path folder_;
};

// The variants of each format that libsndfile supports, such as 16-bit PCM.
std::vector<SF_FORMAT_INFO> variants() {
  int count = 0;
  sf_command(nullptr, SFC_GET_FORMAT_SUBTYPE_COUNT, &count, sizeof(count));
  std::vector<SF_FORMAT_INFO> variants(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    auto& variant = variants[static_cast<std::size_t>(i)];
    variant.format = i;
    sf_command(nullptr, SFC_GET_FORMAT_SUBTYPE, &variant, sizeof(variant));
  }
  return variants;
}

void write_decode(const Corpus& corpus) {
  constexpr int kSampleRate = 8000;
  const auto y = test::sine(440, 0.02, kSampleRate);
  for (const int container :
       {SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64, SF_FORMAT_AIFF, SF_FORMAT_AU,
        SF_FORMAT_CAF, SF_FORMAT_FLAC, SF_FORMAT_OGG, SF_FORMAT_MPEG}) {
    SF_FORMAT_INFO name{};
    name.format = container;
    sf_command(nullptr, SFC_GET_FORMAT_INFO, &name, sizeof(name));
    for (const auto& variant : variants()) {
      SF_INFO info{};
      info.samplerate = kSampleRate;
      info.channels = 1;
      info.format = container | variant.format;
      if (sf_format_check(&info) == 0) continue;
      try {
        corpus.add(fmt::format("{:08x}.{}", info.format, name.extension),
                   test::encode(y, kSampleRate, info.format));
      } catch (const std::runtime_error&) {
        // sf_format_check also accepts some formats that libsndfile cannot write.
      }
    }
  }
  constexpr int kStereo = SF_FORMAT_WAVEX | SF_FORMAT_PCM_16;
  corpus.add("stereo.wav", test::encode(y, kSampleRate, kStereo, 2));
}

void write_features(const Corpus& corpus) {
  constexpr std::size_t kSamples = FeatureExtractor::kMinSamples;
  auto y = test::sine(440, 0.1);
  corpus.add("sine", y);
  corpus.add("silence", std::vector<float>(1));
  corpus.add("loudest", std::vector<float>(1, 1e9F));
  corpus.add("denormal", std::vector<float>(1, 1e-42F));
  std::vector<float> impulse(kSamples);
  impulse[kSamples / 2] = 1;
  corpus.add("impulse", impulse);
  for (std::size_t i = 0; i < y.size(); i += 2) y[i] = -1e9F;
  corpus.add("nyquist", y);
}

void add_dimensions(onnx::ValueInfoProto& value, const char* name, std::int64_t columns) {
  value.set_name(name);
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_value(1);
  type.mutable_shape()->add_dim()->set_dim_value(columns);
}

void add_weights(onnx::GraphProto& graph, const char* name, std::vector<std::int64_t> dimensions) {
  auto& weights = *graph.add_initializer();
  weights.set_name(name);
  weights.set_data_type(onnx::TensorProto::FLOAT);
  std::int64_t size = 1;
  for (const std::int64_t dimension : dimensions) {
    weights.add_dims(dimension);
    size *= dimension;
  }
  for (std::int64_t i = 0; i < size; ++i) weights.add_float_data(0.5F);
}

onnx::NodeProto& add_node(onnx::GraphProto& graph, const char* type,
                          std::vector<const char*> inputs, const char* output) {
  auto& node = *graph.add_node();
  node.set_op_type(type);
  for (const char* input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

// The smallest valid model.
onnx::ModelProto tiny_model() {
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.add_opset_import()->set_version(13);
  const auto describe = [&](const char* key, const char* value) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  };
  describe(metadata_key::kName, "tiny");
  describe(metadata_key::kFeatureSet, "gtzan26");
  describe(metadata_key::kPadMode, "constant");
  describe(metadata_key::kLabels, R"(["a","b"])");
  describe(metadata_key::kWindowCorrelation, "0.3");
  describe(metadata_key::kConfident,
           R"({"clip":{"certainty":0.8,"novelty":2},"track":{"certainty":0.6,"novelty":2},)"
           R"("track_clips":10})");

  auto& graph = *model.mutable_graph();
  graph.set_name("tiny");
  add_dimensions(*graph.add_input(), "x", kGtzan26Size);
  add_dimensions(*graph.add_output(), "y", 2);
  add_weights(graph, "w", {2, kGtzan26Size});
  add_weights(graph, "b", {2});
  auto& transposed = *add_node(graph, "Gemm", {"x", "w", "b"}, "z").add_attribute();
  transposed.set_name("transB");
  transposed.set_type(onnx::AttributeProto::INT);
  transposed.set_i(1);
  add_node(graph, "Softmax", {"z"}, "y");
  return model;
}

void write_model(const Corpus& corpus) {
  auto model = tiny_model();
  corpus.add("tiny", model.SerializeAsString());
  model.clear_metadata_props();
  corpus.add("no_metadata", model.SerializeAsString());
}

void write_multipart(const Corpus& corpus) {
  constexpr auto kPart =
      "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
      "Content-Type: audio/wav\r\n\r\nRIFF\r\n"sv;
  corpus.add("one", fmt::format("\1XX{}--XX--\r\n", kPart));
  corpus.add("two", fmt::format("\1XXpreamble\r\n{}{}--XX--epilogue", kPart, kPart));
  corpus.add("unfinished", fmt::format("\1XX{}--XX", kPart));
  corpus.add("padded", "\1XX--XX \t\r\ncontent-disposition:form-data;name=a\r\n\r\n--XX--"sv);
}

void write_header_value(const Corpus& corpus) {
  corpus.add("content_type",
             "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"sv);
  corpus.add("disposition", R"(form-data; name="file"; filename="C:\music\a \"b\".wav")"sv);
  corpus.add("empty_parameters", "audio/WAV ;; ;a=;b=\"\""sv);
}

void write_query(const Corpus& corpus) {
  corpus.add("all", "top=3&segments=false&features=1&hop=1.5"sv);
  corpus.add("encoded", "t%6Fp=%31&&hop=+1e0"sv);
  corpus.add("cut", "top=%3"sv);
}

void write_request(const Corpus& corpus) {
  constexpr auto kForm =
      "--XX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nRIFF\r\n--XX--\r\n"sv;
  corpus.add("pipelined",
             "\xffGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n\r\nHEAD http://a/v1/model HTTP/1.1\r\n"
             "Host: a\r\n\r\nGET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"sv);
  corpus.add("form", fmt::format("\x20POST /v1/predict?top=2&hop=1 HTTP/1.1\r\nHost: a\r\n"
                                 "Content-Length: {}\r\n"
                                 "Content-Type: multipart/form-data; boundary=XX\r\n\r\n{}",
                                 kForm.size(), kForm));
  corpus.add("chunked",
             "\x03POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
             "Expect: 100-continue\r\n\r\n4;x=y\r\nRIFF\r\n0\r\nA: b\r\n\r\n"sv);
  corpus.add("trailer",
             fmt::format("\xffPOST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                         "Trailer: A\r\n\r\n4\r\nRIFF\r\n0\r\nHost: b\r\nA: {}\r\n\r\n",
                         std::string(600, 'x')));
  struct Coded {
    const char *name, *coding;
    std::string_view riff;  // "RIFF"
  };
  for (const auto& [name, coding, riff] :
       {Coded{"deflated", "deflate", "\x78\x9c\x0b\xf2\x74\x73\x03\x00\x02\xf9\x01\x28"sv},
        Coded{"brotli", "br", "\x8b\x01\x80\x52\x49\x46\x46\x03"sv},
        Coded{"zstd", "zstd", "\x28\xb5\x2f\xfd\x20\x04\x21\x00\x00\x52\x49\x46\x46"sv}}) {
    corpus.add(name, fmt::format("\x20POST /predict HTTP/1.1\r\nHost: a\r\nContent-Encoding: {}\r\n"
                                 "Accept-Encoding: {}\r\nContent-Length: {}\r\n\r\n{}",
                                 coding, coding, riff.size(), riff));
  }
  corpus.add("preflight",
             "\xffOPTIONS /predict HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n"
             "Access-Control-Request-Method: POST\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"sv);
  corpus.add("too_large",
             "\x01POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\nx"sv);
  corpus.add("admin",
             "\xffPOST /v1/model/reload HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n"
             "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
             "X-Request-Id: a\r\nContent-Length: 0\r\n\r\n"sv);
  constexpr auto kInference =
      R"({"inputs":[{"name":"audio","datatype":"BYTES","shape":[1],"data":["UklGRg=="]}]})"sv;
  corpus.add("v2", fmt::format("\xffPOST /v2/models/genre/infer HTTP/1.1\r\nHost: a\r\n"
                               "Content-Length: {}\r\n\r\n{}",
                               kInference.size(), kInference));
  constexpr auto kBinary =
      R"({"inputs":[{"name":"audio","datatype":"BYTES","shape":[1],)"
      R"("parameters":{"binary_data_size":8}}],"parameters":{"binary_data_output":true}})"sv;
  corpus.add("v2_binary",
             fmt::format("\xffPOST /v2/models/genre/versions/1/infer HTTP/1.1\r\nHost: a\r\n"
                         "Inference-Header-Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "{:x}\r\n{}\x04{}RIFF\r\n0\r\n\r\n",
                         kBinary.size(), kBinary.size() + 8, kBinary, std::string(3, '\0')));
}

void write_zip(const Corpus& corpus) {
  using pretrained::test::ZipWriter;
  ZipWriter writer;
  writer.add("archive/data/0", "stored");
  corpus.add("stored", writer.archive());
  writer.add("archive/data/1", std::string(1000, 'a'), ZipWriter::Method::kDeflated);
  corpus.add("deflated", writer.archive("with a comment"));
}

void write_tensor_bundle(const Corpus& corpus) {
  corpus.add("small", pretrained::test::small_table());
}

}  // namespace
}  // namespace genre::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} FOLDER\n", argv[0]);
    return EXIT_FAILURE;
  }
  using namespace genre::fuzz;
  const std::filesystem::path folder = argv[1];
  write_decode(Corpus(folder / "decode"));
  write_features(Corpus(folder / "features"));
  write_header_value(Corpus(folder / "header_value"));
  write_model(Corpus(folder / "model"));
  write_tensor_bundle(Corpus(folder / "tensor_bundle"));
  write_zip(Corpus(folder / "zip"));
  write_multipart(Corpus(folder / "multipart"));
  write_query(Corpus(folder / "query"));
  write_request(Corpus(folder / "request"));
  return EXIT_SUCCESS;
}
