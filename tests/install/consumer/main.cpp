#include <genre/predictor.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: label FILE\n", stderr), 2;
  genre::Predictor predictor(genre::Model::builtin());
  const auto prediction = genre::AudioFile::open(argv[1]).and_then(
      [&](const genre::AudioFile& file) { return predictor.predict(file); });
  if (!prediction) {
    std::fprintf(stderr, "%s: %s\n", argv[1], prediction.error().message.c_str());
    return 1;
  }
  for (const auto& [genre, certainty] : prediction->ranked(prediction->certainties)) {
    std::printf("%-10s %5.1f %%\n", genre.c_str(), 100 * certainty);
  }
}
