#include "plugin.h"

#include <genre/predictor.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

bool predict(const char* model, const char* clip) {
  std::ifstream file(model, std::ios::binary);
  const std::string onnx(std::istreambuf_iterator<char>(file), {});
  const auto loaded = genre::Model::load(std::as_bytes(std::span(onnx)));
  if (!loaded) return false;
  genre::Predictor predictor(*loaded);
  for (int n = 0; n < 100; ++n) {
    const auto prediction = genre::AudioFile::open(clip).and_then(
        [&](const genre::AudioFile& audio) { return predictor.predict(audio); });
    if (!prediction) throw std::runtime_error(prediction.error().message);
  }
  return true;
}
