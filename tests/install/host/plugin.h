// A shared library of the host's own that uses genre.
#pragma once

// Whether the file is a model. If so, predicts the genre of the clip with it.
bool predict(const char* model, const char* clip);
