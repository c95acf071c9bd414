// librosa.util.normalize of the columns of a matrix.
#pragma once

#include "genre/librosa.h"

namespace genre::librosa {

void normalize(Matrix<float>& S, ChromaNorm norm);

}  // namespace genre::librosa
